package dev.orrery.scheduler.model.job;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Duration;
import org.hibernate.annotations.Immutable;
import org.hibernate.annotations.JdbcTypeCode;
import org.hibernate.type.SqlTypes;

/** The stored row of a job version. It never changes. */
@Entity
@Immutable
@Table(name = "job_version")
public class JobVersionEntity extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(name = "job_id")
  public long jobId;

  public int version;

  @JdbcTypeCode(SqlTypes.JSON)
  public String document;

  @Column(name = "lane_id")
  public int laneId;

  @Column(name = "part_lane_id")
  public Integer partLaneId;

  public short priority;

  @JdbcTypeCode(SqlTypes.INTERVAL_SECOND)
  public Duration timeout;

  @Column(name = "author_role")
  public String authorRole;

  @Column(name = "author_token")
  public Long authorToken;
}
