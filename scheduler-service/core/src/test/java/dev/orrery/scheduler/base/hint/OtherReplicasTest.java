package dev.orrery.scheduler.base.hint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OtherReplicasTest {
  private final AtomicLong nanos = new AtomicLong();
  private final OtherReplicas otherReplicas = new OtherReplicas(nanos::get);

  @Test
  void queriesReplicaCountImmediatelyThenOncePerSecond() {
    assertThat(otherReplicas.question()).isNotNull();
    assertThat(otherReplicas.question()).isNull();

    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(otherReplicas.question()).isNull();

    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(otherReplicas.question()).isNotNull();
  }

  @Test
  void excludesOwnConnectionFromReplicaCount() {
    otherReplicas.listensOn(4711);

    assertThat(otherReplicas.question())
        .isEqualTo(new OtherReplicas.Question("orrery-hints", 4711));
  }

  @Test
  void keepsLastReplicaCountUntilNextAnswer() {
    assertThat(otherReplicas.othersListen()).isFalse();

    otherReplicas.answer(1);
    otherReplicas.answer(null);
    assertThat(otherReplicas.othersListen()).isTrue();

    otherReplicas.answer(0);
    assertThat(otherReplicas.othersListen()).isFalse();
  }

  @Test
  void requiresNotifyOnlyForUnreachableReplicas() {
    otherReplicas.answer(2);
    assertThat(otherReplicas.mustNotify()).isTrue();

    otherReplicas.reachedByCluster(1);
    assertThat(otherReplicas.mustNotify()).isTrue();

    otherReplicas.reachedByCluster(2);
    assertThat(otherReplicas.mustNotify()).isFalse();
    assertThat(otherReplicas.othersListen()).isTrue();
  }
}
