package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.Hint.CancelRequested;
import dev.orrery.scheduler.base.hint.Hint.Resync;
import dev.orrery.scheduler.base.hint.Hint.SessionEnded;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import io.quarkus.runtime.StartupEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checks that a resync publishes hints of other replicas that were lost. */
class HintResyncTest {
  private static final AttemptRef ATTEMPT = new AttemptRef(1, 1);

  private final FakeSessionStore store = new FakeSessionStore();
  private final ManualExecutor executor = new ManualExecutor();
  private final HintBus hints = new HintBus();
  private final SessionRegistry sessions =
      new SessionRegistry(
          store,
          new LeaseOf30Seconds(),
          executor,
          new SettableTicker(),
          hints,
          executor.metrics(),
          LiveSessions.memory());
  private final List<Hint> carried = new ArrayList<>();

  @BeforeEach
  void start() {
    new HintResync(sessions, store, executor, hints).start(new StartupEvent());
    hints.addForwarder(carried::add);
  }

  private UUID openSession() {
    return LiveSessions.opened(sessions, 1).id();
  }

  private List<Hint> saidAfterLook() {
    RecordedHints heard = RecordedHints.on(hints);
    hints.publishLocal(new Resync());
    executor.runAll();
    return heard.all().stream().filter(hint -> !(hint instanceof Resync)).toList();
  }

  @Test
  void publishesMissedCancelsOfLocalSessions() {
    UUID session = openSession();
    store.cancel(session, ATTEMPT);
    store.cancel(UUID.randomUUID(), ATTEMPT);

    assertThat(saidAfterLook()).containsExactly(new CancelRequested(session, ATTEMPT));
  }

  @Test
  void publishesMissedSessionEndAndRemovesSession() {
    UUID ended = openSession();
    UUID live = openSession();
    store.end(ended);

    assertThat(saidAfterLook()).containsExactly(new SessionEnded(ended));
    assertThat(sessions.known()).containsExactly(live);
  }

  @Test
  void forwardsNoRecoveredHintsToRemoteReplicas() {
    UUID session = openSession();
    store.cancel(session, ATTEMPT);
    store.end(openSession());

    saidAfterLook();

    assertThat(carried).isEmpty();
  }

  @Test
  void skipsQueryWithoutLocalSessions() {
    saidAfterLook();

    assertThat(store.questions()).isZero();
  }

  @Test
  void ignoresHintsExceptResync() {
    openSession();

    hints.jobsChanged();

    assertThat(executor.waiting()).isZero();
  }

  @Test
  void recoversMissedCancelOnNextResyncAfterFailure() {
    UUID session = openSession();
    store.cancel(session, ATTEMPT);
    store.failWith(DatabaseFailures.outage());
    assertThat(saidAfterLook()).isEmpty();

    store.failWith(null);

    assertThat(saidAfterLook()).containsExactly(new CancelRequested(session, ATTEMPT));
  }
}
