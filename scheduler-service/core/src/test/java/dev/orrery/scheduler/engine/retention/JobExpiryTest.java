package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.retention.JobExpiryStore.Batch;
import io.smallrye.config.SmallRyeConfigBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Expiry of versions and of deleted jobs. There are seven jobs with 21 versions each, of which four
 * are kept.
 */
class JobExpiryTest extends StoreTest {
  private static final Batch SMALL = new Batch(2, 5);

  private long nanos;

  @BeforeEach
  void createVersions() {
    StoredJob first = database.job();
    for (int n = 2; n <= 7; n++) {
      first.sibling("job-" + n);
    }
    database.update(
        """
        insert into job_version (job_id, version, document, lane_id, priority, created_at)
        select job_id, n, '{}', lane_id, 5, now() - (30 - n) * interval '1 hour'
        from job_version cross join generate_series(2, 21) n
        """);
    database.update(
        "update job_version set created_at = now() - interval '40 days' where version = 1");
    database.update(
        "update job set version_id = (select id from job_version where job_id = job.id and version = 21)");
  }

  @Test
  void deletesExcessVersionsOfAllJobs() {
    expiry(() -> 0).deleteVersions();

    assertThat(database.numbers("select count(*) from job_version group by job_id"))
        .containsOnly(4L)
        .hasSize(7);
  }

  @Test
  void keepsJobOfNewestVersionWhenPurgingDeletedJobs() {
    database.update("update job set deleted_at = now() - interval '2 hours'");

    expiry(() -> 0).deleteJobs();

    assertThat(database.number("select count(*) from job")).isOne();
    assertThat(database.number("select count(*) from job_version")).isEqualTo(21);
  }

  /** Each look at the clock takes longer than a run. */
  @Test
  void resumesDeletionInNextPassAfterTimeout() {
    JobExpiry expiry = expiry(() -> nanos += 60_000_000_000L);
    int runs = 0;
    while (database.number("select count(*) from job_version") > 28) {
      long before = database.number("select count(*) from job_version");
      expiry.deleteVersions();
      assertThat(before - database.number("select count(*) from job_version"))
          .isBetween(0L, (long) SMALL.deleted());
      assertThat(++runs).isLessThan(40);
    }

    assertThat(database.number("select count(*) from job_version")).isEqualTo(28);
  }

  private JobExpiry expiry(Ticker ticker) {
    RetentionConfig config =
        new SmallRyeConfigBuilder()
            .withMapping(RetentionConfig.class)
            .addDiscoveredConverters()
            .withDefaultValue("orrery.retention.versions-per-job", "3")
            .build()
            .getConfigMapping(RetentionConfig.class);
    return new JobExpiry(new JobExpiryStore(database.hot()), ticker, config, SMALL);
  }
}
