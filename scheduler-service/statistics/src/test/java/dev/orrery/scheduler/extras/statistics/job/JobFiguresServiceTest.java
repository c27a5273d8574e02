package dev.orrery.scheduler.extras.statistics.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobFiguresServiceTest extends StoreTest {
  private static final int JOBS = 1_100;
  private static final int FAILED = 11;

  private final AtomicLong nanos = new AtomicLong();
  private StoredJob last;
  private Client client;
  private JobFiguresService figures;

  @BeforeEach
  void createJobs() {
    StoredJob first = database.job();
    database.update(
        """
        with made as (
          insert into job (app_id, name, version_id)
          select ?, 'job-' || n, new_instance_id() from generate_series(1, ?) n
          returning id, version_id
        )
        insert into job_version (id, job_id, version, document, lane_id, priority)
        select version_id, id, 1, '{"processor":{"type":"noop"}}'::jsonb, ?, 5 from made
        """,
        first.app(),
        JOBS - 2,
        first.lane());
    last = first.sibling("zeta");
    client = database.hot();
    figures = new JobFiguresService(new JobStatisticsStore(client), nanos::get);
  }

  @Test
  void readsFiguresOfAllJobsWithBoundedNumberOfStatements() {
    fail(last);

    assertThat(figures.of(last.app())).containsOnlyKeys(last.id());
    assertThat(figures.of(last.app()).get(last.id()).failingSince()).isNotNull();
    assertThat(client.callsOfTheEngine()).isZero();
    assertThat(client.calls()).as("ids, and three times 500 jobs").isEqualTo(4);
  }

  @Test
  void cachesFiguresForTenSeconds() {
    assertThat(figures.of(last.app())).isEmpty();
    fail(last);

    nanos.addAndGet(Duration.ofSeconds(9).toNanos());
    assertThat(figures.of(last.app())).isEmpty();
    nanos.addAndGet(Duration.ofSeconds(2).toNanos());
    assertThat(figures.of(last.app())).containsOnlyKeys(last.id());
  }

  @Test
  void cachesFiguresLongerAfterSlowRead() {
    assertThat(JobFiguresService.kept(Duration.ofMillis(100))).isEqualTo(Duration.ofSeconds(10));
    assertThat(JobFiguresService.kept(Duration.ofSeconds(3))).isEqualTo(Duration.ofMinutes(1));
  }

  private void fail(StoredJob job) {
    job.ended(database.number("select new_instance_id()"), FAILED);
  }
}
