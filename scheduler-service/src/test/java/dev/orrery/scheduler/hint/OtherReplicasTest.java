package dev.orrery.scheduler.hint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class OtherReplicasTest {
  private final AtomicLong nanos = new AtomicLong();
  private final OtherReplicas peers = new OtherReplicas(nanos::get);

  @Test
  void isAskedAtOnceAndThenAtMostOnceInSecond() {
    assertThat(peers.question()).isNotNull();
    assertThat(peers.question()).isNull();

    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(peers.question()).isNull();

    nanos.addAndGet(Duration.ofMillis(500).toNanos());
    assertThat(peers.question()).isNotNull();
  }

  @Test
  void ownConnectionIsLeftOut() {
    peers.listensOn(4711);

    assertThat(peers.question()).isEqualTo(new OtherReplicas.Question("orrery-hints", 4711));
  }

  @Test
  void lastAnswerHoldsUntilTheNext() {
    assertThat(peers.othersListen()).isFalse();

    peers.answer(1);
    peers.answer(null);
    assertThat(peers.othersListen()).isTrue();

    peers.answer(0);
    assertThat(peers.othersListen()).isFalse();
  }

  @Test
  void databaseNeedNotTellThoseWhoAreReachedOtherwise() {
    peers.answer(2);
    assertThat(peers.mustNotify()).isTrue();

    peers.reachedByCluster(1);
    assertThat(peers.mustNotify()).isTrue();

    peers.reachedByCluster(2);
    assertThat(peers.mustNotify()).isFalse();
    assertThat(peers.othersListen()).isTrue();
  }
}
