package dev.orrery.scheduler.model.app;

import dev.orrery.scheduler.base.problem.ProblemException;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.LockModeType;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A tenant, which owns jobs, tokens and workers. A deleted app keeps its row, but not its name. */
@Entity
public class App extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Integer id;

  @Column(updatable = false)
  public String name;

  public String description = "";
  public boolean paused;

  /** The last pause, which may be over. */
  @Embedded public StoredPause pause;

  @Column(name = "deleted_at")
  public Instant deletedAt;

  static Optional<App> named(String name) {
    return find("name = ?1 and deletedAt is null", name).firstResultOptional();
  }

  /**
   * Creates the app, unless it exists.
   *
   * @return true if this call has created it; only one of several concurrent calls does
   */
  static boolean createIfAbsent(String name) {
    int rows =
        getEntityManager()
            .createNativeQuery("insert into app (name) values (:name) on conflict do nothing")
            .setParameter("name", name)
            .executeUpdate();
    return rows == 1;
  }

  static List<App> page(String afterName, int limit) {
    return find("name > ?1 and deletedAt is null order by name", afterName).page(0, limit).list();
  }

  static Set<String> existing(Set<String> names) {
    return Set.copyOf(
        getEntityManager()
            .createQuery(
                "select name from App where name in :names and deletedAt is null", String.class)
            .setParameter("names", names)
            .getResultList());
  }

  static List<String> names(int limit) {
    return getEntityManager()
        .createQuery("select name from App where deletedAt is null order by name", String.class)
        .setMaxResults(limit)
        .getResultList();
  }

  /**
   * Locks the app's row, which serializes edits of its jobs and tokens.
   *
   * @throws ProblemException {@code APP_NOT_FOUND} if it was deleted
   */
  public static App locked(int id) {
    App app = findById(id, LockModeType.PESSIMISTIC_WRITE);
    if (app.deletedAt != null) {
      throw AppService.notFound(app.name);
    }
    return app;
  }
}
