package dev.orrery.scheduler.engine.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.engine.logs.FollowStore.FollowedLog;
import dev.orrery.scheduler.engine.logs.FollowStore.News;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FollowStoreTest extends StoreTest {
  /** In the future, so that it stays recent however slow the test runs. */
  private static final String LATELY = "now() + interval '1 minute'";

  private static final String EARLIER = "now() - interval '1 minute'";

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void reportsNewLinesAfterCursor() {
    job.running(1, database.session(job));
    database.chunk(1, 1, 5);

    assertThat(query(1, null, 1, 4).more()).isTrue();
    assertThat(query(1, null, 1, 5).more()).isFalse();
    assertThat(query(1, null, 2, 0).more()).isFalse();
  }

  @Test
  void ignoresLogLinesOfOtherInstances() {
    job.running(1, database.session(job));
    database.chunk(2, 1, 0);

    assertThat(query(1, null, 0, -1).more()).isFalse();
  }

  @Test
  void ignoresLogLinesOfOtherAttempts() {
    job.running(1, database.session(job), "attempt = 2");
    database.chunk(1, 2, 0);

    assertThat(query(1, 1, 1, 9).more()).as("lines of attempt 2, for attempt 1").isFalse();
    assertThat(query(1, 2, 1, 9).more()).as("lines of attempt 2, for attempt 2").isTrue();
    assertThat(query(1, null, 1, 9).more()).as("lines of attempt 2, for all attempts").isTrue();
  }

  @Test
  void returnsResultsInOrderOfFollowedLogs() {
    job.running(1, database.session(job));
    job.running(2, database.session(job));
    database.chunk(1, 1, 0);

    List<News> news =
        new FollowStore(database.hot())
            .query(
                List.of(
                    new FollowedLog(2, null, LogCursor.START),
                    new FollowedLog(3, null, LogCursor.START),
                    new FollowedLog(1, null, LogCursor.START)));

    assertThat(news).extracting(News::more).containsExactly(false, false, true);
  }

  @Test
  void marksEarlierAttemptsAsFinalHalfASecondAfterNextStart() {
    job.running(1, database.session(job), "attempt = 3", "started_at = " + LATELY);
    assertThat(query(1, null, 0, -1).progress()).isEqualTo(LogProgress.active(3, true, false));

    database.update("update instance set started_at = " + EARLIER);
    assertThat(query(1, null, 0, -1).progress()).isEqualTo(LogProgress.active(3, true, true));
  }

  @Test
  void marksLogAsFinalHalfASecondAfterEnd() {
    ended(1, LATELY);
    assertThat(query(1, null, 0, -1).progress())
        .isEqualTo(LogProgress.ended(2, InstanceState.FAILED, false));

    database.update("update instance_history set ended_at = " + EARLIER);
    assertThat(query(1, null, 0, -1).progress())
        .isEqualTo(LogProgress.ended(2, InstanceState.FAILED, true));
  }

  @Test
  void marksLogAsFinalOnlyAfterMoreThanHalfASecond() {
    Instant then = Instant.parse("2026-01-01T09:00:00Z");
    job.running(1, database.session(job), "attempt = 3", "started_at = '" + then + "'");
    ended(2, "'" + then + "'");
    Instant halfASecondLater = then.plusMillis(500);

    assertThat(queryAt(halfASecondLater))
        .extracting(News::progress)
        .containsExactly(
            LogProgress.active(3, true, false), LogProgress.ended(2, InstanceState.FAILED, false));
    assertThat(queryAt(halfASecondLater.plusMillis(1)))
        .extracting(News::progress)
        .containsExactly(
            LogProgress.active(3, true, true), LogProgress.ended(2, InstanceState.FAILED, true));
  }

  /** Such a worker sends its last lines up to five seconds after its report. */
  @Test
  void marksLogOfPowerJobWorkerFinalSixSecondsAfterEnd() {
    Instant then = Instant.parse("2026-01-01T09:00:00Z");
    UUID session = database.session(job);
    database.update("update worker_session set dialect = 'powerjob'");
    job.running(1, session, "attempt = 3", "started_at = '" + then + "'");
    ended(2, "'" + then + "'");
    database.update("update instance_history set session_id = ?", session);
    Instant sixSecondsLater = then.plusSeconds(6);

    assertThat(queryAt(sixSecondsLater))
        .extracting(News::progress)
        .containsExactly(
            LogProgress.active(3, true, false), LogProgress.ended(2, InstanceState.FAILED, false));
    assertThat(queryAt(sixSecondsLater.plusMillis(1)))
        .extracting(News::progress)
        .containsExactly(
            LogProgress.active(3, true, true), LogProgress.ended(2, InstanceState.FAILED, true));
  }

  @Test
  void reportsMissingInstanceAsEndedAndSkipped() {
    job.running(3, database.session(job));
    ended(2, EARLIER);

    assertThat(query(1, null, 0, -1).progress())
        .isEqualTo(LogProgress.ended(0, InstanceState.SKIPPED, true));
  }

  private List<News> queryAt(Instant now) {
    return new FollowStore(database.hotAt(now))
        .query(
            List.of(
                new FollowedLog(1, null, LogCursor.START),
                new FollowedLog(2, null, LogCursor.START)));
  }

  private void ended(long instance, String endedAt) {
    job.ended(instance, 11, "attempt = 2", "ended_at = " + endedAt);
  }

  private News query(long instance, Integer onlyAttempt, int attempt, int sequence) {
    FollowedLog log = new FollowedLog(instance, onlyAttempt, new LogCursor(attempt, sequence));
    return new FollowStore(database.hot()).query(List.of(log)).get(0);
  }
}
