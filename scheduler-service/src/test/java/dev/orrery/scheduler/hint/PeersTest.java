package dev.orrery.scheduler.hint;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeersTest {
  private final AtomicLong nanos = new AtomicLong();
  private final Peers peers = new Peers(nanos::get);

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

    assertThat(peers.question()).isEqualTo(new Peers.Question("orrery-hints", 4711));
  }

  @Test
  void lastAnswerHoldsUntilTheNext() {
    assertThat(peers.othersListen()).isFalse();

    peers.answer(true);
    peers.answer(null);
    assertThat(peers.othersListen()).isTrue();

    peers.answer(false);
    assertThat(peers.othersListen()).isFalse();
  }
}
