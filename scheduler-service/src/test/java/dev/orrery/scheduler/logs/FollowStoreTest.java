package dev.orrery.scheduler.logs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.logs.FollowStore.News;
import dev.orrery.scheduler.logs.FollowStore.Place;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
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
  void moreIsWhatLiesBehindTheCursor() {
    job.running(1, database.session(job));
    chunk(1, 1, 5);

    assertThat(look(1, null, 1, 4).more()).isTrue();
    assertThat(look(1, null, 1, 5).more()).isFalse();
    assertThat(look(1, null, 2, 0).more()).isFalse();
  }

  @Test
  void linesOfAnotherInstanceAreNoNews() {
    job.running(1, database.session(job));
    chunk(2, 1, 0);

    assertThat(look(1, null, 0, -1).more()).isFalse();
  }

  @Test
  void linesOfAnotherAttemptAreNoNewsForWhoFollowsOne() {
    job.running(1, database.session(job), "attempt = 2");
    chunk(1, 2, 0);

    assertThat(look(1, 1, 1, 9).more()).as("lines of attempt 2, for attempt 1").isFalse();
    assertThat(look(1, 2, 1, 9).more()).as("lines of attempt 2, for attempt 2").isTrue();
    assertThat(look(1, null, 1, 9).more()).as("lines of attempt 2, for all attempts").isTrue();
  }

  @Test
  void eachPlaceGetsItsAnswerInTheirOrder() {
    job.running(1, database.session(job));
    job.running(2, database.session(job));
    chunk(1, 1, 0);

    List<News> news =
        new FollowStore(database.hot())
            .look(
                List.of(
                    new Place(2, null, LogCursor.START),
                    new Place(3, null, LogCursor.START),
                    new Place(1, null, LogCursor.START)));

    assertThat(news).extracting(News::more).containsExactly(false, false, true);
  }

  @Test
  void attemptsBeforeTheRunningOneAreSettledOnceItHasRunForAWhile() {
    job.running(1, database.session(job), "attempt = 3", "started_at = " + LATELY);
    assertThat(look(1, null, 0, -1).followed()).isEqualTo(LogProgress.active(3, true, false));

    database.update("update instance set started_at = " + EARLIER);
    assertThat(look(1, null, 0, -1).followed()).isEqualTo(LogProgress.active(3, true, true));
  }

  @Test
  void endCountsOnceItsLastLinesAreThere() {
    ended(LATELY);
    assertThat(look(1, null, 0, -1).followed())
        .isEqualTo(LogProgress.ended(2, InstanceState.FAILED, false));

    database.update("update instance_history set ended_at = " + EARLIER);
    assertThat(look(1, null, 0, -1).followed())
        .isEqualTo(LogProgress.ended(2, InstanceState.FAILED, true));
  }

  private void chunk(long instance, int attempt, int sequence) {
    database.update(
        """
        insert into log_chunk (instance_id, attempt, sequence, last_sequence, bytes, lines)
        values (?, ?, ?, ?, 1, '[]')
        """,
        instance,
        attempt,
        sequence,
        sequence);
  }

  private void ended(String endedAt) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        values (1, ?, ?, now(), %s, 2, 11, 5, true)
        """
            .formatted(endedAt),
        job.id(),
        job.version());
  }

  private News look(long instance, Integer onlyAttempt, int attempt, int sequence) {
    Place place = new Place(instance, onlyAttempt, new LogCursor(attempt, sequence));
    return new FollowStore(database.hot()).look(List.of(place)).get(0);
  }
}
