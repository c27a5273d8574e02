package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.fire.Fire.Missed;
import dev.orrery.scheduler.engine.fire.Fire.Overlapped;
import dev.orrery.scheduler.engine.fire.Fire.Replaced;
import dev.orrery.scheduler.engine.fire.Fire.Start;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.job.document.FireRule;
import dev.orrery.scheduler.model.job.document.MisfirePolicy;
import dev.orrery.scheduler.model.job.document.OverlapPolicy;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Jitter;
import dev.orrery.trigger.Trigger;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FireDecisionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final long JOB = 42;
  private static final ActiveInstanceCount NONE = ActiveInstanceCount.NONE;
  private static final ActiveInstanceCount ONE = new ActiveInstanceCount(true, 0);

  @Test
  void appliesOverlapPolicyBetweenSimultaneousDueFires() {
    Instant first = NOW.minusSeconds(2);

    assertThat(decide(every(second()), first, OverlapPolicy.SKIP, HOUR, NONE).fires())
        .containsExactly(start(first), overlapped(first.plusSeconds(1)), overlapped(NOW));
    assertThat(decide(every(second()), first, OverlapPolicy.ALLOW, HOUR, NONE).fires())
        .containsExactly(start(first), start(first.plusSeconds(1)), start(NOW));
  }

  @Test
  void replacesActiveInstanceWithLastOfSeveralDueFires() {
    Instant first = NOW.minusSeconds(2);

    FireDecision decision = decide(every(second()), first, OverlapPolicy.CANCEL_RUNNING, HOUR, ONE);

    assertThat(decision.fires())
        .containsExactly(
            new Replaced(first), new Replaced(first.plusSeconds(1)), new Start(NOW, NOW, true));
    assertThat(decision.cancelsActive()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"SKIP", "ALLOW"})
  void catchesUpLatestMissedFireAndSummarizesEarlierFires(OverlapPolicy overlap) {
    Instant first = NOW.minus(Duration.ofMinutes(30)).minusSeconds(30);

    FireDecision decision = decide(every(MINUTE), first, overlap, HOUR, NONE);

    Instant latest = NOW.minusSeconds(30);
    assertThat(decision.fires())
        .containsExactly(new Missed(latest.minus(MINUTE), 30), start(latest));
    assertThat(decision.nextFireAt()).isEqualTo(NOW.plusSeconds(30));
  }

  @Test
  void appliesOverlapPolicyToCaughtUpFire() {
    Instant missed = NOW.minusSeconds(30);

    assertThat(decide(every(MINUTE), missed, OverlapPolicy.SKIP, HOUR, ONE).fires())
        .containsExactly(overlapped(missed));
    assertThat(decide(every(MINUTE), missed, OverlapPolicy.ALLOW, HOUR, ONE).fires())
        .containsExactly(start(missed));
  }

  @Test
  void skipsDueFiresOverlappingCaughtUpFire() {
    Instant first = NOW.minusSeconds(16);

    FireDecision decision =
        decide(every(Duration.ofSeconds(8)), first, OverlapPolicy.SKIP, HOUR, NONE);

    assertThat(decision.fires())
        .containsExactly(start(first), overlapped(NOW.minusSeconds(8)), overlapped(NOW));
  }

  @Test
  void startsDueFireDespiteZeroCatchUpWindow() {
    Instant due = NOW.minusSeconds(9);

    assertThat(decide(every(MINUTE), due, OverlapPolicy.SKIP, Duration.ZERO, NONE).fires())
        .containsExactly(start(due));
  }

  @Test
  void summarizesManyMissedFiresWithBoundedCount() {
    Instant first = NOW.minus(Duration.ofDays(10));

    FireDecision decision = decide(every(second()), first, OverlapPolicy.SKIP, HOUR, ONE);

    assertThat(decision.fires().get(0))
        .isEqualTo(new Missed(NOW.minusSeconds(12), DueFireTimes.MAX_COUNTED - 1));
    assertThat(decision.fires()).hasSize(13);
  }

  @Test
  void endsOneTimeTriggerAfterFire() {
    FireDecision decision = decide(once(NOW), NOW, OverlapPolicy.SKIP, HOUR, NONE);

    assertThat(decision.fires()).containsExactly(start(NOW));
    assertThat(decision.nextFireAt()).isNull();
  }

  @Test
  void endsTriggerAfterLastFireInWindow() {
    Trigger ending =
        new Trigger.Every(MINUTE, new FireWindow(null, NOW.plusSeconds(59)), Duration.ZERO);

    assertThat(decide(ending, NOW, OverlapPolicy.SKIP, HOUR, NONE).nextFireAt()).isNull();
  }

  @Test
  void setsNoNextFireForStartedFixedDelay() {
    FireDecision decision = decide(delay(MINUTE), NOW, OverlapPolicy.SKIP, HOUR, NONE);

    assertThat(decision.fires()).containsExactly(start(NOW));
    assertThat(decision.nextFireAt()).isNull();
  }

  @Test
  void restartsSkippedFixedDelayFromNow() {
    Instant due = NOW.minusSeconds(3);

    FireDecision decision = decide(delay(MINUTE), due, OverlapPolicy.SKIP, HOUR, ONE);

    assertThat(decision.fires()).containsExactly(overlapped(due));
    assertThat(decision.nextFireAt()).isEqualTo(NOW.plus(MINUTE));
  }

  @Test
  void catchesUpSingleFireOfFixedDelayAfterLongOutage() {
    Instant due = NOW.minus(Duration.ofMinutes(30));

    FireDecision decision = decide(delay(MINUTE), due, OverlapPolicy.SKIP, HOUR, NONE);

    assertThat(decision.fires()).containsExactly(start(due));
    assertThat(decision.nextFireAt()).isNull();
  }

  @Test
  void restartsFixedDelayBeyondCatchUpWindowFromNow() {
    Instant due = NOW.minus(Duration.ofHours(3));

    FireDecision decision = decide(delay(MINUTE), due, OverlapPolicy.SKIP, HOUR, NONE);

    assertThat(decision.fires()).containsExactly(new Missed(due, 1));
    assertThat(decision.nextFireAt()).isEqualTo(NOW.plus(MINUTE));
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 99})
  void delaysDueTimeByJitterWithoutChangingFireTime(long job) {
    Duration bound = Duration.ofSeconds(40);
    Trigger jittered = new Trigger.Every(MINUTE, FireWindow.OPEN, bound);

    FireDecision decision =
        FireDecision.of(
            new DueTrigger(job(job, jittered, OverlapPolicy.SKIP, HOUR), NOW, NOW), NONE, NOW);

    Start start = (Start) decision.fires().get(0);
    assertThat(start.fireTime()).isEqualTo(NOW);
    assertThat(start.dueAt()).isEqualTo(NOW.plus(Jitter.of(job, NOW, bound)));
    assertThat(decision.nextFireAt()).isEqualTo(NOW.plus(MINUTE));
  }

  private static FireDecision decide(
      Trigger trigger,
      Instant first,
      OverlapPolicy overlap,
      Duration window,
      ActiveInstanceCount active) {
    return FireDecision.of(
        new DueTrigger(job(JOB, trigger, overlap, window), first, first), active, NOW);
  }

  private static Start start(Instant fireTime) {
    return new Start(fireTime, fireTime, false);
  }

  private static Overlapped overlapped(Instant fireTime) {
    return new Overlapped(fireTime, EndReason.OVERLAP);
  }

  private static Duration second() {
    return Duration.ofSeconds(1);
  }

  private static Trigger every(Duration period) {
    return new Trigger.Every(period, FireWindow.OPEN, Duration.ZERO);
  }

  private static Trigger delay(Duration delay) {
    return new Trigger.Delay(delay, FireWindow.OPEN, Duration.ZERO);
  }

  private static Trigger once(Instant at) {
    return new Trigger.At(at, Duration.ZERO);
  }

  private static FiringJob job(long id, Trigger trigger, OverlapPolicy overlap, Duration window) {
    FireRule rule = new FireRule(null, trigger, overlap, MisfirePolicy.FIRE_ONCE, window, null);
    return new FiringJob(id, "billing", "j", 1, 1, 1, 5, rule);
  }
}
