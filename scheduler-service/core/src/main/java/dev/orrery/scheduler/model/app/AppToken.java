package dev.orrery.scheduler.model.app;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A token of one app. A revoked token keeps its row for a time. */
@Entity
@Table(name = "token")
public class AppToken extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(name = "app_id", updatable = false)
  public int appId;

  @Column(updatable = false)
  public String role;

  @Column(updatable = false)
  public byte[] hash;

  @Column(updatable = false)
  public String name;

  @Column(name = "expires_at", updatable = false)
  public Instant expiresAt;

  @Column(name = "created_at", insertable = false, updatable = false)
  public Instant createdAt;

  @Column(name = "revoked_at")
  public Instant revokedAt;

  static List<AppToken> page(int appId, long afterId, int limit) {
    return find("appId = ?1 and id > ?2 and revokedAt is null order by id", appId, afterId)
        .page(0, limit)
        .list();
  }

  /** Returns the number of tokens that are neither revoked nor expired. */
  static long countLive(int appId, Instant now) {
    return count(
        "appId = ?1 and revokedAt is null and (expiresAt is null or expiresAt > ?2)", appId, now);
  }

  static Optional<AppToken> live(int appId, long id) {
    return find("appId = ?1 and id = ?2 and revokedAt is null", appId, id).firstResultOptional();
  }
}
