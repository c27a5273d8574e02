package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.fire.FireService.Fired;
import dev.orrery.scheduler.engine.fire.FireStore.Created;
import dev.orrery.scheduler.engine.fire.FireStore.Skipped;
import dev.orrery.scheduler.engine.fire.FireStore.Started;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceCounters;
import dev.orrery.scheduler.model.instance.InstanceState;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Hints and counts that follow the commit of fires. */
class FireServiceTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final long JOB = 42;

  private final ScriptedDatabase database = new ScriptedDatabase();
  private final SettableTicker ticker = new SettableTicker();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final FireService fires =
      new FireService(
          database,
          null,
          null,
          hints,
          new FireMetrics(registry),
          InstanceCounters.in(registry),
          new TriggerQuarantine(registry, hints, ticker),
          ticker);

  private static FiringJob jobInLane(int lane) {
    return new FiringJob(JOB, "app", "job", 1, 1, lane, 5, null);
  }

  private static Started started(int lane, Duration after) {
    return new Started(jobInLane(lane), new Fire.Start(NOW, NOW.plus(after), false), false);
  }

  private static Fired fired(Started... all) {
    return new Fired(
        all.length,
        NOW,
        List.of(all),
        List.of(all).stream().map(one -> new Created(JOB, NOW, false)).toList(),
        List.of(),
        () -> {});
  }

  private List<Hint> hintsOf(Fired fired) {
    database.answering(fired);
    assertThat(fires.fireDue(false)).isEqualTo(fired.triggers());
    return heard.all();
  }

  @Test
  void publishesLanesReadyHintForDueInstances() {
    assertThat(hintsOf(fired(started(7, Duration.ZERO), started(8, Duration.ofSeconds(-3)))))
        .containsExactly(new Hint.LanesReady(Set.of(7, 8), false));
  }

  @Test
  void commitsOnTimeTriggersBeforeLockingLateTriggers() {
    RuntimeException busy = DatabaseFailures.busy();
    database.answering(fired(started(7, Duration.ZERO)), busy);

    assertThatThrownBy(() -> fires.fireDue(true)).isSameAs(busy);

    assertThat(heard.all()).containsExactly(new Hint.LanesReady(Set.of(7), false));
  }

  @Test
  void includesLateTriggersInFiredCount() {
    database.answering(
        fired(started(7, Duration.ZERO)),
        fired(started(8, Duration.ZERO), started(9, Duration.ZERO)));

    assertThat(fires.fireDue(true)).isEqualTo(3);
  }

  @Test
  void publishesDueHintForFireDelayedByJitter() {
    assertThat(hintsOf(fired(started(7, Duration.ofMillis(300)))))
        .containsExactly(new Hint.DueIn(Duration.ofMillis(300)));
  }

  @Test
  void publishesUnblockHintForLimitedJobs() {
    Fired fired =
        new Fired(
            1,
            NOW,
            List.of(started(7, Duration.ZERO)),
            List.of(new Created(JOB, NOW, true)),
            List.of(),
            () -> {});

    assertThat(hintsOf(fired)).contains(new Hint.Unblock(Set.of(JOB)));
  }

  @Test
  void publishesHintsOfReplacedInstancesFirst() {
    Fired fired =
        new Fired(
            1,
            NOW,
            List.of(started(7, Duration.ZERO)),
            List.of(new Created(JOB, NOW, false)),
            List.of(),
            () -> hints.unblock(Set.of(99L)));

    assertThat(hintsOf(fired))
        .containsExactly(new Hint.Unblock(Set.of(99L)), new Hint.LanesReady(Set.of(7), false));
  }

  @Test
  void countsSkippedFiresByReason() {
    Fired fired =
        new Fired(
            1,
            NOW,
            List.of(),
            List.of(),
            List.of(new Skipped(jobInLane(7), InstanceState.SKIPPED, NOW, EndReason.MISSED, 3)),
            () -> {});

    assertThat(hintsOf(fired)).isEmpty();
    assertThat(registry.get("orrery.fires.skipped").tag("reason", "missed").counter().count())
        .isEqualTo(3);
  }

  @Test
  void publishesNoHintWithoutDueTriggers() {
    assertThat(hintsOf(Fired.NOTHING)).isEmpty();
  }

  /** It fired nothing and skipped nothing: its instance was canceled before it began. */
  @Test
  void countsReplacedFireOnlyAsCanceledInstance() {
    Fired fired =
        new Fired(
            1,
            NOW,
            List.of(),
            List.of(),
            List.of(
                new Skipped(jobInLane(7), InstanceState.CANCELED, NOW, EndReason.REPLACED, null),
                new Skipped(jobInLane(7), InstanceState.SKIPPED, NOW, EndReason.OVERLAP, 1)),
            () -> {});

    assertThat(hintsOf(fired)).isEmpty();
    assertThat(ended("canceled")).isOne();
    assertThat(ended("skipped")).isOne();
    assertThat(registry.find("orrery.fires.skipped").tag("reason", "replaced").counter()).isNull();
  }

  @Test
  void countsOnlyCreatedInstancesAsStarted() {
    Fired fired =
        new Fired(
            2,
            NOW,
            List.of(started(7, Duration.ZERO), started(7, Duration.ZERO)),
            List.of(new Created(JOB, NOW, false)),
            List.of(),
            () -> {});

    hintsOf(fired);

    assertThat(registry.get("orrery.fires.started").counter().count()).isOne();
  }

  private double ended(String state) {
    return registry.get("orrery.instances.ended").tag("state", state).counter().count();
  }
}
