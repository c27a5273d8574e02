package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.engine.worker.SessionEndService.Ended;
import dev.orrery.scheduler.engine.worker.SessionEndStore.EndedSession;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Hints, counts and log lines that follow the end of sessions. */
class SessionEndServiceTest {
  private static final Hint LANE_READY = new Hint.LanesReady(Set.of(7), false);

  private final ScriptedDatabase database = new ScriptedDatabase();
  private final ManualExecutor executor = new ManualExecutor();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final Session session =
      LiveSessions.session(
          new Capabilities(1, List.of("noop"), List.of()), 5, new SettableTicker());
  private final List<UUID> ended = new ArrayList<>();
  private final List<AttemptRef> lost = new ArrayList<>();
  private final SessionEndService ends =
      new SessionEndService(
          database,
          null,
          LiveSessions.only(session, ended::add),
          executor,
          hints,
          new SessionMetrics(registry),
          new LeaseOf30Seconds(),
          lost::addAll,
          new SettableTicker());

  private Ended withOneRequeued(UUID... sessions) {
    Fence fence = new Fence(new AttemptRef(1, 1), session.id());
    return new Ended(
        Stream.of(sessions).map(id -> new EndedSession(id, "billing", "w-1")).toList(),
        List.of(
            EndedAttempt.declared(fence, AttemptEnd.LOST, "gone"),
            EndedAttempt.declared(
                new Fence(new AttemptRef(2, 1), session.id()), AttemptEnd.LOST, "had ended")),
        new AfterCommit(Set.of(fence), Set.of(7), Set.of(), Set.of(), null, () -> {}));
  }

  @Test
  void endsSessionOnByeAndPublishesReadyLanes() {
    database.answering(withOneRequeued(session.id()));

    CompletableFuture<?> answer =
        ends.bye(Caller.ADMIN, new ByeRequest(session.id().toString(), List.of()));
    executor.runAll();

    assertThat(answer).isCompleted();
    assertThat(ended).containsExactly(session.id());
    assertThat(heard.all()).containsExactly(LANE_READY);
  }

  @Test
  void logsLeavingWorkerOnceForRepeatedBye() {
    try (CapturedLog log = CapturedLog.of(SessionEndService.class)) {
      database.answering(withOneRequeued(session.id()));
      CompletableFuture<?> first =
          ends.bye(Caller.ADMIN, new ByeRequest(session.id().toString(), List.of()));
      executor.runAll();
      database.answering(Ended.NOTHING);
      CompletableFuture<?> again =
          ends.bye(Caller.ADMIN, new ByeRequest(session.id().toString(), List.of()));
      executor.runAll();

      assertThat(first).isCompleted();
      assertThat(again).isCompleted();
      assertThat(log.lines())
          .containsExactly(
              "INFO Worker left: app=billing worker=w-1 session=" + SessionHandle.of(session.id()));
    }
  }

  @Test
  void endsAndCountsExpiredSessionsAndPublishesReadyLanes() {
    UUID other = UUID.randomUUID();
    database.answering(withOneRequeued(session.id(), other));

    assertThat(ends.endExpired()).isEqualTo(2);

    assertThat(ended).containsExactly(session.id(), other);
    assertThat(heard.all()).containsExactly(LANE_READY);
    assertThat(registry.get("orrery.sessions.expired").counter().count()).isEqualTo(2);
    assertThat(lost).containsExactly(new AttemptRef(1, 1));
  }

  @Test
  void logsRefusedTokenAsReasonOfSessionExpiry() {
    UUID other = UUID.randomUUID();
    session.calledWith(12L);

    try (CapturedLog log = CapturedLog.of(SessionEndService.class)) {
      database.answering(withOneRequeued(session.id(), other).with(Map.of(12L, "TOKEN_REVOKED")));
      ends.endExpired();

      assertThat(log.lines())
          .containsExactly(
              expired(session.id()) + " reason=TOKEN_REVOKED token=12", expired(other));
    }
  }

  @Test
  void limitsLogLinesForMassSessionExpiry() {
    try (CapturedLog log = CapturedLog.of(SessionEndService.class)) {
      for (int i = 0; i < 300; i++) {
        database.answering(withOneRequeued(UUID.randomUUID(), UUID.randomUUID()));
        ends.endExpired();
      }

      assertThat(log.lines())
          .hasSize(100)
          .allMatch(line -> line.startsWith("WARN Session expired: app=billing worker=w-1"));
    }
  }

  private static String expired(UUID session) {
    return "WARN Session expired: app=billing worker=w-1 session=%s lease=30s"
        .formatted(SessionHandle.of(session));
  }

  @Test
  void excludesHandedBackAttemptFromLostAttempts() {
    Fence fence = new Fence(new AttemptRef(1, 1), session.id());
    database.answering(
        new Ended(
            List.of(),
            List.of(new EndedAttempt(fence, AttemptEnd.HANDED_BACK, true, null, null, null)),
            new AfterCommit(Set.of(fence), Set.of(7), Set.of(), Set.of(), null, () -> {})));

    ends.endExpired();

    assertThat(lost).isEmpty();
  }

  @Test
  void requeuesOrphanedRunsAndPublishesReadyLanes() {
    database.answering(withOneRequeued());

    assertThat(ends.requeueOrphans()).isEqualTo(1);

    assertThat(ended).isEmpty();
    assertThat(heard.all()).containsExactly(LANE_READY);
  }
}
