package dev.orrery.scheduler.engine.worker;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.Agreement;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.testkit.TestMetrics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SessionBoundTest {
  private static final int BILLING = 1;
  private static final int REPORTS = 2;

  private static final Agreement.Reached AGREEMENT =
      new Agreement.Reached(Protocol.HTTP, Dialect.ORRERY, 1);

  private final SettableTicker ticker = new SettableTicker();
  private final HintBus hints = new HintBus();
  private final SessionRegistry sessions =
      new SessionRegistry(
          new FakeSessionStore(),
          new LeaseOf30Seconds(),
          new ManualExecutor(),
          ticker,
          hints,
          TestMetrics.commits(),
          LiveSessions.memory());

  @Test
  void limitsSessionsPerApp() {
    UUID first = open(BILLING);
    for (int i = 1; i < SessionRegistry.MAX_SESSIONS_PER_APP; i++) {
      open(BILLING);
    }

    assertProblem(ErrorCode.OVERLOADED, null, () -> open(BILLING));
    assertThatCode(() -> open(REPORTS)).doesNotThrowAnyException();

    hints.publishLocal(new Hint.SessionEnded(first));
    hints.publishLocal(new Hint.SessionEnded(first));
    open(BILLING);
    assertProblem(ErrorCode.OVERLOADED, null, () -> open(BILLING));
  }

  /** The tags and processors of a session may have 60 KB. */
  @Test
  void refusesSessionsBeyondMemoryLimitOfApp() {
    List<UUID> opened = new ArrayList<>();
    while (opened.size() < 300 && fits(largest(opened.size()), opened)) {}

    assertThat(opened).hasSizeBetween(150, 250);
    assertProblem(ErrorCode.OVERLOADED, null, () -> open(BILLING, largest(opened.size())));
    assertThatCode(() -> open(REPORTS, largest(0))).doesNotThrowAnyException();

    opened.forEach(session -> hints.publishLocal(new Hint.SessionEnded(session)));
    List<UUID> again = new ArrayList<>();
    while (again.size() < 300 && fits(largest(again.size()), again)) {}
    assertThat(again).hasSameSizeAs(opened);
  }

  private boolean fits(WorkerOffer offer, List<UUID> opened) {
    try {
      opened.add(open(BILLING, offer));
      return true;
    } catch (ProblemException e) {
      return false;
    }
  }

  @Test
  void sharesEqualCapabilitiesAmongSessions() {
    Session first = session(BILLING, largest(0));
    for (int i = 1; i < SessionRegistry.MAX_SESSIONS_PER_APP; i++) {
      assertThat(session(BILLING, largest(0)).capabilities()).isSameAs(first.capabilities());
    }
  }

  /** Such as a tag with the name of the host. */
  @Test
  void admits1500WorkersWithDistinctTags() {
    for (int i = 0; i < 1_500; i++) {
      open(BILLING, offer(List.of("host-" + i, "linux"), List.of("http", "noop", "shell")));
    }
  }

  @Test
  void releasesMemoryOfSessionRefusedByDatabase() {
    SessionMemory memory = LiveSessions.memory();
    SessionRegistry failing =
        new SessionRegistry(
            new SessionStore(null),
            new LeaseOf30Seconds(),
            new ManualExecutor(),
            ticker,
            hints,
            TestMetrics.commits(),
            memory);
    for (int i = 0; i < 300; i++) {
      WorkerOffer offer = largest(i);
      assertThatThrownBy(() -> failing.open(BILLING, offer, AGREEMENT))
          .isInstanceOf(NullPointerException.class);
    }

    assertThat(memory.take("w", new Capabilities(BILLING, List.of("noop"), List.of()))).isPresent();
  }

  @Test
  void limitsRateOfNewSessionsPerApp() {
    for (int i = 0; i < SessionRegistry.HANDSHAKE_BURST; i++) {
      openAndEnd(BILLING);
    }

    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
    assertThatCode(() -> openAndEnd(REPORTS)).doesNotThrowAnyException();

    ticker.advance(SessionRegistry.HANDSHAKE_INTERVAL.minusNanos(1));
    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
    ticker.advance(Duration.ofNanos(1));
    openAndEnd(BILLING);
    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
  }

  @Test
  void capsHandshakeBurstAfterLongIdleTime() {
    openAndEnd(BILLING);
    ticker.advance(Duration.ofDays(1));
    for (int i = 0; i < SessionRegistry.HANDSHAKE_BURST; i++) {
      openAndEnd(BILLING);
    }

    assertProblem(ErrorCode.OVERLOADED, null, () -> openAndEnd(BILLING));
  }

  private void openAndEnd(int app) {
    hints.publishLocal(new Hint.SessionEnded(open(app)));
  }

  private UUID open(int app) {
    return open(app, offer(List.of(), List.of("noop")));
  }

  private UUID open(int app, WorkerOffer offer) {
    return session(app, offer).id();
  }

  private Session session(int app, WorkerOffer offer) {
    return sessions.open(app, offer, AGREEMENT).session();
  }

  private static WorkerOffer offer(List<String> tags, List<String> processors) {
    return new WorkerOffer("http", "orrery", 1, 1, "0", "app", "w", tags, processors, 1);
  }

  /** Strings of its own, as if it had been read from a message. */
  private static WorkerOffer largest(int number) {
    return offer(texts("tag-" + number, 100), texts("processor-" + number, 200));
  }

  private static List<String> texts(String prefix, int length) {
    return IntStream.range(0, 200)
        .mapToObj(n -> prefix + "-" + n + "-")
        .map(text -> text + "x".repeat(length - text.length()))
        .toList();
  }
}
