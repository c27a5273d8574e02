package dev.orrery.scheduler.engine.fire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.engine.fire.Fire.Overlapped;
import dev.orrery.scheduler.engine.fire.Fire.Replaced;
import dev.orrery.scheduler.engine.fire.Fire.Start;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.job.document.OverlapPolicy;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OverlapRuleTest {
  private static final Instant FIRST = Instant.parse("2026-03-01T12:00:00Z");

  /** s starts, q is queued, x is left out, r is replaced by a newer one. */
  @ParameterizedTest
  @CsvSource({
    // policy,       active, queued, fires, what becomes of them, active ones canceled
    "SKIP,           false,  0,      1,     s,    false",
    "SKIP,           false,  0,      3,     sxx,  false",
    "SKIP,           true,   0,      2,     xx,   false",
    "ALLOW,          false,  0,      3,     sss,  false",
    "ALLOW,          true,   0,      2,     ss,   false",
    "QUEUE_ONE,      false,  0,      1,     s,    false",
    "QUEUE_ONE,      false,  0,      4,     sqxx, false",
    "QUEUE_ONE,      true,   0,      3,     qxx,  false",
    "QUEUE_ONE,      true,   1,      2,     xx,   false",
    "QUEUE_ALL,      false,  0,      4,     sqqq, false",
    "QUEUE_ALL,      true,   0,      3,     qqq,  false",
    "QUEUE_ALL,      true,   998,    4,     qqxx, false",
    "QUEUE_ALL,      true,   1000,   1,     x,    false",
    "CANCEL_RUNNING, false,  0,      1,     s,    false",
    "CANCEL_RUNNING, false,  0,      3,     rrs,  false",
    "CANCEL_RUNNING, true,   0,      1,     q,    true",
    "CANCEL_RUNNING, true,   1,      3,     rrq,  true"
  })
  void decidesFireOutcomesPerPolicyAndActivity(
      OverlapPolicy policy,
      boolean active,
      int queued,
      int fires,
      String outcome,
      boolean cancelsActive) {
    OverlapRule overlap =
        new OverlapRule(policy, new ActiveInstanceCount(active, queued), at -> at);

    for (int i = 0; i < fires; i++) {
      overlap.add(FIRST.plusSeconds(i), i == fires - 1);
    }

    assertThat(overlap.fires().stream().map(OverlapRuleTest::letter).collect(Collectors.joining()))
        .isEqualTo(outcome);
    assertThat(overlap.cancelsActive()).isEqualTo(cancelsActive);
    assertThat(overlap.started()).isEqualTo(outcome.contains("s") || outcome.contains("q"));
  }

  @Test
  void reportsQueueFullOnlyForQueueAll() {
    OverlapRule full =
        new OverlapRule(OverlapPolicy.QUEUE_ALL, new ActiveInstanceCount(true, 1000), at -> at);
    OverlapRule one =
        new OverlapRule(OverlapPolicy.QUEUE_ONE, new ActiveInstanceCount(true, 1), at -> at);

    full.add(FIRST, true);
    one.add(FIRST, true);

    assertThat(full.fires()).containsExactly(new Overlapped(FIRST, EndReason.QUEUE_FULL));
    assertThat(one.fires()).containsExactly(new Overlapped(FIRST, EndReason.OVERLAP));
  }

  private static String letter(Fire fire) {
    if (fire instanceof Start start) {
      return start.waitsForPredecessors() ? "q" : "s";
    }
    if (fire instanceof Replaced) {
      return "r";
    }
    return fire instanceof Overlapped ? "x" : "?";
  }
}
