package dev.orrery.worker.attempt;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.Processor;
import dev.orrery.worker.StopCause;
import dev.orrery.worker.core.ActivityCounters;
import dev.orrery.worker.core.ManualEventLoop;
import dev.orrery.worker.session.Lease;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptRegistryTest {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final String SESSION = "s-1";

  private final ManualEventLoop loop = new ManualEventLoop();
  private final Gate gate = new Gate();
  private final ActivityCounters counters = new ActivityCounters();
  private final AttemptRegistry attempts =
      new AttemptRegistry(
          loop, Map.of("noop", gate), 2, GRACE, counters, AttemptThreads.platform());
  private final RecordedEvents events = new RecordedEvents();
  private final Lease lease = new Lease(loop.nanos(), Duration.ofDays(1));

  private final Stubborn stubborn = new Stubborn();

  AttemptRegistryTest() {
    attempts.setListener(events);
  }

  @AfterEach
  void endThreads() {
    attempts.close();
  }

  @Test
  void startsRepeatedAssignmentOnce() {
    take(1);
    take(1);

    awaitStarted(1);
    assertThat(counters.started()).isEqualTo(1);
    assertThat(attempts.active()).isEqualTo(1);
  }

  @Test
  void startsNextAttemptOfSameRunSeparately() {
    attempts.take(SESSION, lease, List.of(assignment(1, 1), assignment(1, 2)));

    assertThat(counters.started()).isEqualTo(2);
  }

  @Test
  void measuresRunTimeFromStartToEnd() {
    take(1);
    awaitStarted(1);
    loop.pass(Duration.ofSeconds(12));

    gate.open(1, null);
    loop.runUntil(() -> events.ended.size() == 1);
    loop.pass(Duration.ofSeconds(30));

    assertThat(events.ended.get(0).runTime()).contains(Duration.ofSeconds(12));
  }

  @Test
  void reportsNoRunTimeForUnstartedAttempt() {
    take(1, 2, 3);
    awaitStarted(2);

    attempts.handBackBuffered();

    assertThat(events.ended).hasSize(1);
    assertThat(events.ended.get(0).runTime()).isEmpty();
  }

  @Test
  void buffersAttemptsBeyondCapacity() {
    take(1, 2, 3);
    awaitStarted(2);
    assertThat(gate.hasStarted(3)).isFalse();

    gate.open(1, null);
    loop.runUntil(() -> events.ended.size() == 1);
    attempts.startBuffered(lease);

    awaitStarted(3);
    assertThat(attempts.active()).isEqualTo(2);
  }

  @Test
  void startsNoAttemptWhenLeaseIsNearlyOver() {
    Lease ending = new Lease(loop.nanos(), Duration.ofSeconds(30));
    loop.pass(Duration.ofSeconds(20));

    attempts.take(SESSION, ending, List.of(assignment(1, 1)));
    assertThat(counters.started()).isZero();
    ending.renewed(loop.nanos(), Duration.ofSeconds(30));
    attempts.startBuffered(ending);

    awaitStarted(1);
  }

  @Test
  void deliversProgressOnEventLoopThread() {
    take(1);
    awaitStarted(1);

    gate.context(1).progress(40, "copying");
    assertThat(events.progressed).isEmpty();
    loop.run();

    assertThat(events.progressed)
        .singleElement()
        .extracting(HeldAttempt::ref)
        .isEqualTo(new AttemptRef(1, 1));
  }

  @Test
  void reportsEndedAttemptWithResult() {
    take(1);

    gate.open(1, "42 rows");

    HeldAttempt ended = awaitEnded();
    assertThat(ended.ref()).isEqualTo(new AttemptRef(1, 1));
    assertThat(ended.outcome())
        .isEqualTo(new AttemptOutcome(AttemptReport.Outcome.SUCCEEDED, "42 rows", null));
    assertThat(events.freed).isEqualTo(1);
  }

  @Test
  void failsAttemptWithoutMatchingProcessor() {
    attempts.take(
        SESSION,
        lease,
        List.of(
            new Assignment(
                1, 1, "j", 1, new ProcessorSpec.Shell(null, "x"), Map.of(), null, null)));

    assertThat(awaitEnded().outcome())
        .isEqualTo(
            new AttemptOutcome(
                AttemptReport.Outcome.FAILED, null, "this worker has no processor shell"));
    assertThat(counters.started()).isZero();
  }

  @Test
  void stopsAttemptExactlyAtTimeout() {
    takeWithTimeout(1, 1500);
    awaitStarted(1);

    loop.pass(Duration.ofMillis(1499));
    assertThat(gate.context(1).stopCause()).isEmpty();
    loop.pass(Duration.ofMillis(1));

    assertThat(gate.context(1).stopCause()).contains(StopCause.TIMED_OUT);
    assertThat(awaitEnded().outcome())
        .isEqualTo(new AttemptOutcome(AttemptReport.Outcome.TIMED_OUT, null, "timed out"));
  }

  @Test
  void countsTimeoutFromStartRatherThanFromBuffering() {
    take(1, 2);
    takeWithTimeout(3, 1500);
    loop.pass(Duration.ofMinutes(1));
    gate.open(1, null);
    awaitEnded();
    attempts.startBuffered(lease);
    awaitStarted(3);

    loop.pass(Duration.ofMillis(1499));

    assertThat(gate.context(3).stopCause()).isEmpty();
  }

  @Test
  void cancelsTimeoutTimerWhenAttemptEnds() {
    takeWithTimeout(1, 1500);
    awaitStarted(1);

    gate.open(1, null);
    awaitEnded();

    assertThat(loop.timers()).isZero();
  }

  @Test
  void interruptsAndReportsCanceledAttempt() {
    take(1);
    awaitStarted(1);

    attempts.cancel(List.of(new AttemptRef(1, 1), new AttemptRef(9, 9)));

    assertThat(gate.context(1).stopCause()).contains(StopCause.CANCELED);
    assertThat(awaitEnded().outcome().outcome()).isEqualTo(AttemptReport.Outcome.CANCELED);
  }

  @Test
  void reportsCanceledAttemptThatNeverStarted() {
    take(1, 2, 3);

    attempts.cancel(List.of(new AttemptRef(3, 1)));

    assertThat(events.ended).hasSize(1);
    assertThat(events.ended.get(0).ref()).isEqualTo(new AttemptRef(3, 1));
    assertThat(events.ended.get(0).outcome().outcome()).isEqualTo(AttemptReport.Outcome.CANCELED);
    assertThat(attempts.active()).isEqualTo(2);
  }

  @Test
  void reportsCanceledForAttemptReturningAfterStop() {
    try (Closing other = startStubborn()) {
      other.attempts().cancel(List.of(new AttemptRef(1, 1)));

      stubborn.end();

      assertThat(awaitEnded().outcome().outcome()).isEqualTo(AttemptReport.Outcome.CANCELED);
    }
  }

  @Test
  void stopsLostAttemptWithoutReport() {
    take(1);
    awaitStarted(1);

    attempts.markLost(List.of(new AttemptRef(1, 1)));

    loop.runUntil(() -> events.dropped.size() == 1);
    assertThat(gate.context(1).stopCause()).contains(StopCause.LOST);
    assertThat(events.ended).isEmpty();
    assertThat(counters.lost()).isEqualTo(1);
    assertThat(attempts.isEmpty()).isTrue();
    assertThat(events.freed).isEqualTo(1);
  }

  @Test
  void forgetsLostAttemptThatNeverStarted() {
    take(1, 2, 3);

    attempts.markLost(List.of(new AttemptRef(3, 1)));

    assertThat(attempts.active()).isEqualTo(2);
    assertThat(events.ended).isEmpty();
    assertThat(events.freed).isEqualTo(1);
    assertThat(attempts.heldBy(SESSION)).doesNotContain(new AttemptRef(3, 1));
  }

  @Test
  void omitsReportOfCanceledAttemptLostLater() {
    try (Closing other = startStubborn()) {
      other.attempts().cancel(List.of(new AttemptRef(1, 1)));
      other.attempts().markLost(List.of(new AttemptRef(1, 1)));

      stubborn.end();

      loop.runUntil(() -> events.dropped.size() == 1);
      assertThat(events.ended).isEmpty();
    }
  }

  @Test
  void countsRepeatedlyLostAttemptOnce() {
    try (Closing other = startStubborn()) {

      other.attempts().markLost(List.of(new AttemptRef(1, 1)));
      other.attempts().markLost(List.of(new AttemptRef(1, 1)));

      assertThat(counters.lost()).isEqualTo(1);
      stubborn.end();
    }
  }

  @Test
  void keepsEndedAttemptForReportWhenSessionIsLost() {
    take(1, 2);
    attempts.take("s-2", lease, List.of(assignment(3, 1)));
    gate.open(1, null);
    awaitEnded();

    attempts.markSessionLost(SESSION);

    loop.runUntil(() -> events.dropped.size() == 1);
    assertThat(events.dropped.get(0).ref()).isEqualTo(new AttemptRef(2, 1));
    assertThat(events.ended).hasSize(1);
    assertThat(attempts.heldBy(SESSION)).containsExactly(new AttemptRef(1, 1));
    assertThat(attempts.heldBy("s-2")).containsExactly(new AttemptRef(3, 1));
  }

  @Test
  void abandonsStoppedAttemptAfterGracePeriod() {
    try (Closing other = startStubborn()) {
      other.attempts().cancel(List.of(new AttemptRef(1, 1)));

      loop.pass(GRACE.plusSeconds(2).minusMillis(1));
      assertThat(events.ended).isEmpty();
      loop.pass(Duration.ofMillis(1));

      assertThat(events.ended).hasSize(1);
      assertThat(events.ended.get(0).outcome())
          .isEqualTo(
              new AttemptOutcome(
                  AttemptReport.Outcome.CANCELED, null, "did not end when it was stopped"));
      assertThat(events.freed).isEqualTo(1);

      stubborn.end();
      stubborn.awaitEnded();
      loop.runUntil(() -> true);
      loop.pass(Duration.ofMinutes(1));
      assertThat(events.ended).hasSize(1);
      assertThat(events.freed).isEqualTo(1);
      assertThat(other.attempts().active()).isZero();
    }
  }

  @Test
  void keepsGracePeriodOnSecondStop() {
    try (Closing other = startStubborn()) {
      other.attempts().cancel(List.of(new AttemptRef(1, 1)));
      loop.pass(GRACE);

      other.attempts().cancel(List.of(new AttemptRef(1, 1)));
      loop.pass(Duration.ofSeconds(2));

      assertThat(events.ended).hasSize(1);
      stubborn.end();
    }
  }

  @Test
  void handsBackOnlyUnstartedAttempts() {
    take(1, 2, 3, 4);

    attempts.handBackBuffered();

    assertThat(events.ended)
        .extracting(HeldAttempt::ref)
        .containsExactly(new AttemptRef(3, 1), new AttemptRef(4, 1));
    assertThat(events.ended)
        .extracting(held -> held.outcome().outcome())
        .containsOnly(AttemptReport.Outcome.HANDED_BACK);
    assertThat(attempts.active()).isEqualTo(2);
  }

  @Test
  void handsBackAttemptStoppedByDrain() {
    take(1);
    awaitStarted(1);

    attempts.stopForDrain();

    assertThat(awaitEnded().outcome())
        .isEqualTo(new AttemptOutcome(AttemptReport.Outcome.HANDED_BACK, null, null));
  }

  @Test
  void stopsAllAttemptsAlthoughStopActionFails() {
    Processor failing =
        context -> {
          context.onStop(
              () -> {
                throw new IllegalStateException("broken");
              });
          return gate.process(context);
        };
    try (Closing other = attemptsOf(failing, 10)) {
      for (long instance = 1; instance <= 10; instance++) {
        other.attempts().take(SESSION, lease, List.of(assignment(instance, 1)));
        awaitStarted(instance);
      }
      other.attempts().cancel(List.of(new AttemptRef(1, 1), new AttemptRef(2, 1)));
      loop.runUntil(() -> events.ended.size() == 2);

      other.attempts().stopForDrain();

      loop.runUntil(() -> events.ended.size() == 10);
      assertThat(events.ended)
          .extracting(held -> held.outcome().outcome())
          .filteredOn(AttemptReport.Outcome.HANDED_BACK::equals)
          .hasSize(8);
    }
  }

  @Test
  void abandonsAttemptWhoseStopActionBlocks() {
    CountDownLatch end = new CountDownLatch(1);
    Processor blocking =
        context -> {
          context.onStop(() -> Stubborn.await(end));
          return gate.process(context);
        };
    try (Closing other = attemptsOf(blocking, 2)) {
      other.attempts().take(SESSION, lease, List.of(assignment(1, 1)));
      awaitStarted(1);

      other.attempts().cancel(List.of(new AttemptRef(1, 1)));
      loop.pass(GRACE.plusSeconds(2));

      assertThat(events.ended).hasSize(1);
      assertThat(events.ended.get(0).outcome().error())
          .isEqualTo("did not end when it was stopped");
    } finally {
      end.countDown();
    }
  }

  @ParameterizedTest
  @CsvSource({"true", "false"})
  void reusesThreadOnlyWhenProcessorLeavesItClean(boolean clean) {
    int runs = 30;
    Set<Thread> seen = ConcurrentHashMap.newKeySet();
    Processor processor =
        new Processor() {
          @Override
          public String process(AttemptContext context) {
            seen.add(Thread.currentThread());
            return null;
          }

          @Override
          public boolean leavesThreadClean() {
            return clean;
          }
        };
    try (Closing other = attemptsOf(processor, runs)) {
      for (int i = 1; i <= runs; i++) {
        other.attempts().take(SESSION, lease, List.of(assignment(i, 1)));
        int ended = i;
        loop.runUntil(() -> events.ended.size() == ended);
      }
    }

    assertThat(seen.size() < runs).isEqualTo(clean);
  }

  @Test
  void failsAttemptWhenNoThreadIsAvailable() {
    AttemptThreads full =
        AttemptThreads.of(
            task -> {
              throw new RejectedExecutionException("the queue is full");
            });
    try (Closing other =
        new Closing(new AttemptRegistry(loop, Map.of("noop", gate), 2, GRACE, counters, full))) {
      other.attempts().setListener(events);
      other.attempts().take(SESSION, lease, List.of(assignment(1, 1)));

      assertThat(awaitEnded().outcome())
          .isEqualTo(
              new AttemptOutcome(
                  AttemptReport.Outcome.FAILED,
                  null,
                  "no thread for the attempt: java.util.concurrent.RejectedExecutionException:"
                      + " the queue is full"));
      assertThat(other.attempts().active()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 2",
    "1, 0, 0, 1",
    "2, 0, 0, 0",
    "2, 2, 0, 0",
    "0, 0, 1, 2",
    "0, 0, 2, 2",
    "0, 0, 3, 1",
    "0, 0, 4, 0",
    "1, 0, 2, 1",
    "1, 0, 3, 0",
    "2, 1, 4, 0"
  })
  void computesFreeCapacityFromRunningBufferedAndUnreportedAttempts(
      int running, int buffered, int unreported, int free) {
    long instance = 1;
    for (int i = 0; i < unreported; i++) {
      take(instance);
      gate.open(instance++, null);
      int ended = i + 1;
      loop.runUntil(() -> events.ended.size() == ended);
    }
    for (int i = 0; i < running + buffered; i++) {
      take(instance++);
    }

    assertThat(attempts.free()).isEqualTo(free);
  }

  @Test
  void regainsFreeCapacityWhenReportsAreAcknowledged() {
    for (long instance = 1; instance <= 4; instance++) {
      take(instance);
      gate.open(instance, null);
      int ended = (int) instance;
      loop.runUntil(() -> events.ended.size() == ended);
    }
    int freedBefore = events.freed;

    attempts.acknowledge(events.ended.get(0), 1);

    assertThat(attempts.free()).isEqualTo(1);
    assertThat(events.freed).isEqualTo(freedBefore + 1);
  }

  @Test
  void remembersReportedAttemptUntilLaterPollIsAnswered() {
    take(1);
    gate.open(1, null);
    HeldAttempt ended = awaitEnded();
    assertThat(attempts.heldBy(SESSION)).containsExactly(new AttemptRef(1, 1));

    attempts.acknowledge(ended, 5);
    assertThat(attempts.heldBy(SESSION)).isEmpty();
    attempts.forgetBefore(4);
    take(1);
    assertThat(counters.started()).isEqualTo(1);
    attempts.forgetBefore(5);
    take(1);

    assertThat(counters.started()).isEqualTo(2);
  }

  @Test
  void remembersUnreportedAttemptRegardlessOfPolls() {
    take(1);
    gate.open(1, null);
    awaitEnded();

    attempts.forgetBefore(100);
    take(1);

    assertThat(counters.started()).isEqualTo(1);
    assertThat(attempts.isEmpty()).isFalse();
  }

  @Test
  void notifiesOnceOfFirstLogLine() {
    take(1);
    awaitStarted(1);

    gate.context(1).log("one");
    gate.context(1).log("stderr", "two");

    loop.runUntil(() -> !events.writes.isEmpty());
    loop.run();
    assertThat(events.writes).extracting(HeldAttempt::ref).containsExactly(new AttemptRef(1, 1));
  }

  @Test
  void ignoresFirstLogLineAfterEndOfAttempt() {
    take(1);
    awaitStarted(1);
    gate.open(1, null);
    awaitEnded();

    gate.context(1).log("from a thread that was left behind");
    loop.run();

    assertThat(events.writes).isEmpty();
  }

  private void take(long... instances) {
    List<Assignment> assignments = new ArrayList<>();
    for (long instance : instances) {
      assignments.add(assignment(instance, 1));
    }
    attempts.take(SESSION, lease, assignments);
  }

  private void takeWithTimeout(long instance, long millis) {
    attempts.take(
        SESSION,
        lease,
        List.of(
            new Assignment(
                instance, 1, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, millis)));
  }

  private static Assignment assignment(long instance, int attempt) {
    return new Assignment(
        instance, attempt, "j", 1, new ProcessorSpec.Noop(null), Map.of(), null, null);
  }

  private void awaitStarted(long instance) {
    loop.runUntil(() -> gate.hasStarted(instance));
  }

  private HeldAttempt awaitEnded() {
    loop.runUntil(() -> !events.ended.isEmpty());
    return events.ended.get(0);
  }

  private Closing attemptsOf(Processor processor, int capacity) {
    AttemptRegistry other =
        new AttemptRegistry(
            loop, Map.of("noop", processor), capacity, GRACE, counters, AttemptThreads.platform());
    other.setListener(events);
    return new Closing(other);
  }

  private Closing startStubborn() {
    Closing other = attemptsOf(stubborn::process, 2);
    other.attempts().take(SESSION, lease, List.of(assignment(1, 1)));
    stubborn.awaitStarted();
    return other;
  }

  private record Closing(AttemptRegistry attempts) implements AutoCloseable {
    @Override
    public void close() {
      attempts.close();
    }
  }

  /** Ignores interrupts. */
  private static final class Stubborn {
    private final CountDownLatch started = new CountDownLatch(1);
    private final CountDownLatch end = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);

    String process(AttemptContext context) {
      started.countDown();
      await(end);
      ended.countDown();
      return "done";
    }

    void awaitStarted() {
      await(started);
    }

    void awaitEnded() {
      await(ended);
    }

    void end() {
      end.countDown();
    }

    private static void await(CountDownLatch latch) {
      boolean reached = false;
      while (!reached) {
        try {
          latch.await();
          reached = true;
        } catch (InterruptedException e) {
          // Goes on.
        }
      }
    }
  }

  private static final class RecordedEvents implements AttemptRegistry.Listener {
    private final List<HeldAttempt> writes = new ArrayList<>();
    private final List<HeldAttempt> progressed = new ArrayList<>();
    private final List<HeldAttempt> ended = new ArrayList<>();
    private final List<HeldAttempt> dropped = new ArrayList<>();
    private int freed;

    @Override
    public void onFirstLine(HeldAttempt held) {
      writes.add(held);
    }

    @Override
    public void onProgress(HeldAttempt held) {
      progressed.add(held);
    }

    @Override
    public void onEnded(HeldAttempt held) {
      ended.add(held);
    }

    @Override
    public void onDropped(HeldAttempt held) {
      dropped.add(held);
    }

    @Override
    public void onFreed() {
      freed++;
    }
  }
}
