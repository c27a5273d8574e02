package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.model.app.StoredPause;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Embedded;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** The stored row of a job. Its documents are in the rows of its versions. */
@Entity
@Table(name = "job")
public class JobEntity extends PanacheEntityBase {
  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  public Long id;

  @Column(name = "app_id", updatable = false)
  public int appId;

  @Column(updatable = false)
  public String name;

  /** The current version's id; 0 only inside of the transaction that creates both. */
  @Column(name = "version_id")
  public long versionId;

  public boolean paused;

  /** The last pause, which may be over. */
  @Embedded public StoredPause pause;

  /** Inserts a job without a version. The commit fails if none is added. */
  static JobEntity created(int appId, String name) {
    JobEntity job = new JobEntity();
    job.appId = appId;
    job.name = name;
    job.persistAndFlush();
    return job;
  }
}
