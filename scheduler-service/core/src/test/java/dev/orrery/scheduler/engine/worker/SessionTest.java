package dev.orrery.scheduler.engine.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.time.SettableTicker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionTest {
  private final SettableTicker ticker = new SettableTicker();
  private final Session session =
      LiveSessions.session(new Capabilities(1, List.of("noop"), List.of()), 5, ticker);

  @Test
  void countsDownLeaseToZero() {
    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(30));
    ticker.advance(Duration.ofSeconds(29));
    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(1));
    ticker.advance(Duration.ofSeconds(29));
    assertThat(session.leaseRemaining()).isZero();
  }

  @Test
  void restartsLeaseOnRenewal() {
    ticker.advance(Duration.ofSeconds(25));

    session.renewed(Duration.ofSeconds(20));

    assertThat(session.leaseRemaining()).isEqualTo(Duration.ofSeconds(20));
    ticker.advance(Duration.ofSeconds(3));
    assertThat(session.sinceRenewal()).isEqualTo(Duration.ofSeconds(3));
  }
}
