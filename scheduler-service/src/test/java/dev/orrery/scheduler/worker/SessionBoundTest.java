package dev.orrery.scheduler.worker;

import static dev.orrery.scheduler.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.Agreement;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.commit.ManualExecutor;
import dev.orrery.scheduler.commit.UnwatchedGroups;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.time.SettableTicker;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SessionBoundTest {
  private static final int BILLING = 1;
  private static final int REPORTS = 2;

  private final SettableTicker ticker = new SettableTicker();
  private final HintBus hints = new HintBus();
  private final SessionRegistry sessions =
      new SessionRegistry(
          new FakeSessionStore(),
          new LeaseOf30Seconds(),
          new ManualExecutor(),
          ticker,
          hints,
          UnwatchedGroups.metrics());

  @Test
  void appHasABoundedNumberOfSessions() {
    UUID first = open(BILLING);
    for (int i = 1; i < SessionRegistry.MAX_PER_APP; i++) {
      open(BILLING);
    }

    assertProblem(ErrorCode.OVERLOADED, null, () -> open(BILLING));
    assertThatCode(() -> open(REPORTS)).doesNotThrowAnyException();

    hints.publishLocal(new Hint.SessionEnded(first));
    hints.publishLocal(new Hint.SessionEnded(first));
    open(BILLING);
    assertProblem(ErrorCode.OVERLOADED, null, () -> open(BILLING));
  }

  @Test
  void appOpensSessionsAtABoundedRate() {
    for (int i = 0; i < HandshakeRate.AT_ONCE; i++) {
      openAndEnd(BILLING);
    }

    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
    assertThatCode(() -> openAndEnd(REPORTS)).doesNotThrowAnyException();

    ticker.advance(HandshakeRate.REFILL.minusNanos(1));
    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
    ticker.advance(Duration.ofNanos(1));
    openAndEnd(BILLING);
    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
  }

  @Test
  void noMoreSessionsThanThoseAreFreeAfterALongTime() {
    openAndEnd(BILLING);
    ticker.advance(Duration.ofDays(1));
    for (int i = 0; i < HandshakeRate.AT_ONCE; i++) {
      openAndEnd(BILLING);
    }

    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
  }

  private void openAndEnd(int app) {
    hints.publishLocal(new Hint.SessionEnded(open(app)));
  }

  private UUID open(int app) {
    WorkerOffer offer =
        new WorkerOffer("http", "orrery", 1, 1, "0", "app", "w", List.of(), List.of("noop"), 1);
    return sessions
        .open(app, offer, new Agreement.Reached(Protocol.HTTP, Dialect.ORRERY, 1))
        .session()
        .id();
  }
}
