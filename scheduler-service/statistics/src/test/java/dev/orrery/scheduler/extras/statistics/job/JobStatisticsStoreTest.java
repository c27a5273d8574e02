package dev.orrery.scheduler.extras.statistics.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.extras.statistics.job.JobStatisticsView.EndView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobStatisticsStoreTest extends StoreTest {
  private static final Instant NOW = Instant.parse("2027-01-01T12:00:00Z");
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final int SUCCEEDED = 10;
  private static final int FAILED = 11;

  private StoredJob job;
  private Client client;

  @BeforeEach
  void createRows() {
    job = database.job();
    client = database.hotAt(NOW);
  }

  @Test
  void returnsNewestEndsPerJob() {
    StoredJob other = job.sibling("other");
    for (int age = 1; age <= 5; age++) {
      ended(job, SECOND.multipliedBy(age));
      ended(other, DAY.multipliedBy(age));
    }

    List<JobStatisticsView> read = read(3, "other", "job");

    assertThat(read).extracting(JobStatisticsView::job).containsExactly("job", "other");
    assertThat(read.get(0).ends())
        .extracting(EndView::endedAt)
        .containsExactly(NOW.minusSeconds(1), NOW.minusSeconds(2), NOW.minusSeconds(3));
    assertThat(read.get(1).ends())
        .extracting(EndView::endedAt)
        .containsExactly(
            NOW.minus(DAY), NOW.minus(DAY.multipliedBy(2)), NOW.minus(DAY.multipliedBy(3)));
  }

  @Test
  void countsEndsAtPeriodBoundariesOnce() {
    Duration recent = DAY.multipliedBy(2);
    Duration oldest = DAY.multipliedBy(JobStatisticsService.MAX_DAYS);
    List<Duration> counted = List.of(recent.minusMillis(1), recent, recent.plusMillis(1), oldest);
    counted.forEach(age -> ended(job, age));
    ended(job, oldest.plusMillis(1));

    assertThat(read(100, "job").get(0).ends())
        .extracting(EndView::endedAt)
        .containsExactlyElementsOf(counted.stream().map(NOW::minus).toList());
  }

  @Test
  void includesInstanceCreatedNow() {
    ended(job, Duration.ZERO);

    assertThat(read(1, "job").get(0).ends()).hasSize(1);
  }

  @Test
  void reportsErrorOfLastFailureOnlyWhileFailing() {
    failed(SECOND.multipliedBy(3), "older");
    failed(SECOND.multipliedBy(2), "x".repeat(JobStatisticsView.MAX_ERROR + 1));

    JobStatisticsView failing = read(1, "job").get(0);
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        select new_instance_id(), ?, ?, now(), now(), 0, 14, 5, false from generate_series(1, 30)
        """,
        job.id(),
        job.version());
    assertThat(read(20, "job").get(0).failingSince())
        .as("behind more skipped fires than are listed")
        .isEqualTo(failing.failingSince());
    ended(job, SECOND);
    JobStatisticsView recovered = read(10, "job").get(0);

    assertThat(failing.lastError()).isEqualTo("x".repeat(JobStatisticsView.MAX_ERROR));
    assertThat(failing.failingSince()).isEqualTo(NOW.minusSeconds(3));
    assertThat(recovered.lastError()).isNull();
    assertThat(recovered.failingSince()).isNull();
  }

  @Test
  void returnsFirstJobsOfAppWithoutNames() {
    job.sibling("another");
    database.job();

    assertThat(new JobStatisticsStore(client).read(job.app(), List.of(), 10, 1))
        .extracting(JobStatisticsView::job)
        .containsExactly("another", "job");
    assertThat(new JobStatisticsStore(client).read(job.app(), List.of(), 1, 1))
        .extracting(JobStatisticsView::job)
        .containsExactly("another");
  }

  @Test
  void refusesDeletedJobAndJobOfAnotherApp() {
    StoredJob other = database.job();
    database.update("update job set name = 'other' where id = ?", other.id());
    StoredJob deleted = job.sibling("deleted");
    database.update("update job set deleted_at = now() where id = ?", deleted.id());

    assertThatThrownBy(() -> read(1, "job", "other", "deleted"))
        .isInstanceOf(ProblemException.class)
        .hasMessageContaining("There are no jobs 'other', 'deleted' in app '");
    assertThat(new JobStatisticsStore(client).read(job.app(), List.of(), 10, 1)).hasSize(1);
  }

  private List<JobStatisticsView> read(int last, String... names) {
    return new JobStatisticsStore(client).read(job.app(), List.of(names), 10, last);
  }

  /** Writes a success that was made, and ended, this long ago. */
  private long ended(StoredJob of, Duration age) {
    return ended(of, age, SUCCEEDED, null);
  }

  private void failed(Duration age, String error) {
    ended(job, age, FAILED, error);
  }

  private long ended(StoredJob of, Duration age, int state, String error) {
    String at = NOW.minus(age).toString();
    long id =
        database.number("select instance_id_at(?::timestamptz) | nextval('instance_number')", at);
    of.ended(
        id,
        state,
        "ended_at = '" + at + "'",
        "error = " + (error == null ? "null" : "'" + error + "'"));
    return id;
  }
}
