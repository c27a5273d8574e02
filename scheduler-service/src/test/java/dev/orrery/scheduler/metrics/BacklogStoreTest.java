package dev.orrery.scheduler.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.metrics.BacklogSnapshot.State;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class BacklogStoreTest extends StoreTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");

  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 9})
  void oldestReadyOneIsFoundWhateverItsPriority(int priority) {
    due(1, "2026-03-01T11:59:00Z");
    due(2, "2026-03-01T11:00:00Z", "priority = " + priority);

    assertThat(look().readyAgeSeconds()).isEqualTo(3600);
  }

  @Test
  void oldestReadyOneIsFoundInEachLane() {
    due(1, "2026-03-01T11:59:00Z");
    StoredJob other = database.job();
    other.instance(2, "due_at = '2026-03-01T11:00:00Z'");
    database.job().instance(3, "due_at = '2026-03-01T11:30:00Z'");

    assertThat(look().readyAgeSeconds()).isEqualTo(3600);
  }

  @Test
  void nothingIsReadyWhereAllIsBlockedOrScheduled() {
    due(1, "2026-03-01T11:00:00Z", "state = 0");
    due(2, "2026-03-01T11:00:00Z", "state = 2");

    assertThat(look().readyAgeSeconds()).isZero();
  }

  @Test
  void eachStateIsCountedAndWhatIsQueuedIsBlocked() {
    due(1, "2026-03-01T11:00:00Z", "state = 0");
    due(2, "2026-03-01T11:00:00Z");
    due(3, "2026-03-01T11:00:00Z");
    due(4, "2026-03-01T11:00:00Z", "state = 2");
    due(5, "2026-03-01T11:00:00Z", "state = 2", "queued = true");
    job.running(6, database.session(job));

    assertThat(look().waiting())
        .isEqualTo(
            Map.of(State.SCHEDULED, 1L, State.READY, 2L, State.BLOCKED, 2L, State.RUNNING, 1L));
  }

  @Test
  void onlyLiveSessionsAreCountedByProtocolAndBySoftwareVersion() {
    database.session(job);
    UUID akka = database.session(job);
    database.update(
        "update worker_session set transport = 'akka', software = 'old' where id = ?", akka);
    database.update(
        "update worker_session set ended_at = now(), software = 'old' where id = ?",
        database.session(job));

    BacklogSnapshot backlog = look();

    assertThat(backlog.sessions()).isEqualTo(Map.of("http", 1L, "akka", 1L));
    assertThat(backlog.skewedSessions()).isOne();
  }

  private void due(long id, String at, String... columns) {
    job.instance(id, columns);
    database.update("update instance set due_at = ?::timestamptz where id = ?", at, id);
  }

  private BacklogSnapshot look() {
    return new BacklogStore(database.hotAt(NOON)).look("test");
  }
}
