package dev.orrery.scheduler.engine.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UndeliveredStoreTest extends StoreTest {
  private static final Duration DELIVERY_TIME = Duration.ofMinutes(2);
  private static final String OLD = "started_at = now() - interval '3 minutes'";
  private static final String LATELY = "started_at = now() - interval '1 minute'";

  private StoredJob job;
  private UUID session;

  @BeforeEach
  void createRows() {
    job = database.job();
    session = database.session(job);
  }

  @Test
  void findsSessionWithAttemptMissingOnWorker() {
    job.running(1, session, OLD);
    job.running(2, session, OLD);

    assertThat(undelivered(Map.of(session, Set.of(new AttemptRef(1, 1))))).containsExactly(session);
  }

  @Test
  void ignoresAttemptsReportedAsHeldByWorker() {
    job.running(1, session, OLD);
    job.running(2, session, OLD);

    assertThat(undelivered(Map.of(session, Set.of(new AttemptRef(1, 1), new AttemptRef(2, 1)))))
        .isEmpty();
  }

  @Test
  void ignoresRecentlyClaimedAttempt() {
    job.running(1, session, LATELY);

    assertThat(undelivered(Map.of(session, Set.of()))).isEmpty();
  }

  @Test
  void findsAttemptReportedAsHeldOnlyByAnotherWorker() {
    UUID other = database.session(job);
    job.running(1, session, OLD);

    assertThat(undelivered(Map.of(session, Set.of(), other, Set.of(new AttemptRef(1, 1)))))
        .containsExactly(session);
  }

  @Test
  void ignoresReportOfEarlierAttemptNumber() {
    job.running(1, session, OLD, "attempt = 2");

    assertThat(undelivered(Map.of(session, Set.of(new AttemptRef(1, 1))))).containsExactly(session);
  }

  @Test
  void considersOnlyRunningAttemptsOfGivenSessions() {
    job.running(1, database.session(job), OLD);
    job.running(2, session, OLD, "state = 1");

    assertThat(undelivered(Map.of(session, Set.of()))).isEmpty();
  }

  @Test
  void returnsSessionWithSeveralUndeliveredAttemptsOnce() {
    job.running(1, session, OLD);
    job.running(2, session, OLD);
    job.running(3, session, OLD);

    assertThat(undelivered(Map.of(session, Set.of()))).containsExactly(session);
  }

  @Test
  void findsAttemptOnlyAfterDeliveryTime() {
    job.running(1, session, "started_at = '2026-01-01T09:00:00Z'");
    Instant end = Instant.parse("2026-01-01T09:00:00Z").plus(DELIVERY_TIME);

    assertThat(undeliveredAt(end)).isEmpty();
    assertThat(undeliveredAt(end.plusMillis(1))).containsExactly(session);
  }

  private List<UUID> undeliveredAt(Instant now) {
    return new UndeliveredStore(database.hotAt(now))
        .sessionsWithUndelivered(Map.of(session, Set.of()), DELIVERY_TIME);
  }

  private List<UUID> undelivered(Map<UUID, Set<AttemptRef>> named) {
    return new UndeliveredStore(database.hot()).sessionsWithUndelivered(named, DELIVERY_TIME);
  }
}
