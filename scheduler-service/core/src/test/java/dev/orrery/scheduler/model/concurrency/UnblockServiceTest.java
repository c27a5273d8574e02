package dev.orrery.scheduler.model.concurrency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.ScriptedDatabase;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StalledSeconds;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.model.commit.ManualExecutor;
import dev.orrery.scheduler.model.concurrency.UnblockStore.Unblocked;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Hints that are published for unblocked instances, and the check for instances without a hint. */
class UnblockServiceTest {
  private static final long JOB = 42;
  private static final Unblocked READY = ready(7);
  private static final UnblockStore.Result NONE = result();

  private final ScriptedDatabase database = new ScriptedDatabase();
  private final ManualExecutor executor = new ManualExecutor();
  private final SettableTicker ticker = new SettableTicker();
  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final HintBus hints = new HintBus();
  private final UnblockService blocked =
      new UnblockService(
          database,
          executor,
          hints,
          new UnblockMetrics(registry),
          new ProgressWatch(registry, ticker),
          ticker);
  private final RecordedHints heard = RecordedHints.on(hints);

  private static Unblocked ready(int lane) {
    return new Unblocked(JOB, lane, true, Duration.ZERO);
  }

  private static Unblocked dueIn(Duration time) {
    return new Unblocked(JOB, 7, false, time);
  }

  private static UnblockStore.Result result(Unblocked... unblocked) {
    return new UnblockStore.Result(List.of(unblocked), Set.of());
  }

  private void unblock() {
    hints.unblock(Set.of(JOB));
  }

  private List<Hint> hintsAfter(Object... answers) {
    database.answering(answers);
    unblock();
    heard.forget();
    executor.runAll();
    return heard.all();
  }

  @Test
  void publishesReadyLanesOfUnblockedInstances() {
    assertThat(hintsAfter(result(ready(7), ready(8), ready(7))))
        .containsExactly(new Hint.LanesReady(Set.of(7, 8), false));
  }

  @Test
  void publishesEarliestDueTimeOfUnblockedInstances() {
    assertThat(hintsAfter(result(dueIn(Duration.ofSeconds(3)), dueIn(Duration.ofSeconds(2)))))
        .containsExactly(new Hint.DueIn(Duration.ofSeconds(2)));
  }

  @Test
  void publishesNoHintWhenNothingIsUnblocked() {
    assertThat(hintsAfter(NONE)).isEmpty();
  }

  /** A claim skips rows that are locked, and then takes the lane for empty. */
  @Test
  void publishesLanesOfInstancesThatAnotherTransactionUnblocked() {
    assertThat(hintsAfter(new UnblockStore.Result(List.of(ready(7)), Set.of(9))))
        .containsExactly(new Hint.LanesReady(Set.of(7, 9), false));
    assertThat(count("orrery.instances.unblocked")).isEqualTo(1);
  }

  @Test
  void continuesAfterFullBatch() {
    UnblockStore.Result full =
        new UnblockStore.Result(Collections.nCopies(UnblockStore.BATCH_SIZE, READY), Set.of());

    assertThat(hintsAfter(full, result(ready(8))))
        .containsExactly(
            new Hint.LanesReady(Set.of(7), false), new Hint.LanesReady(Set.of(8), false));
    assertThat(count("orrery.instances.unblocked")).isEqualTo(UnblockStore.BATCH_SIZE + 1);
  }

  @Test
  void handlesQueuedHintsInSingleTransaction() {
    database.answering(NONE, NONE);
    unblock();
    hints.unblock(Set.of(43L));
    hints.unblock(Set.of(44L));

    assertThat(executor.waiting()).isEqualTo(1);
    executor.runAll();

    assertThat(database.left()).isEqualTo(1);
    unblock();
    executor.runAll();
    assertThat(database.left()).isZero();
  }

  @Test
  void continuesUnblockingAfterFailure() {
    assertThat(hintsAfter(DatabaseFailures.outage())).isEmpty();
    assertThat(hintsAfter(new IllegalStateException("a bug"))).isEmpty();

    assertThat(hintsAfter(result(READY))).hasSize(1);
  }

  @Test
  void unblocksNoInstancesAfterServiceStops() {
    executor.stop();

    unblock();

    assertThat(executor.waiting()).isZero();
  }

  @Test
  void checksOnEngineThreadAndPublishesLanes() {
    database.answering(List.of(JOB), result(READY));

    blocked.checkAll(true);
    assertThat(database.left()).as("answers, before a thread has run").isEqualTo(2);
    executor.runAll();

    assertThat(heard.all()).containsExactly(new Hint.LanesReady(Set.of(7), false));
  }

  @Test
  void runsChecksSequentially() {
    blocked.checkAll(true);
    blocked.checkAll(true);

    assertThat(executor.waiting()).isOne();
  }

  @Test
  void reportsStallWhenCheckGetsNoThread() {
    blocked.checkAll(true);
    assertThat(stalled()).isZero();

    ticker.advance(EngineDatabase.LONGER_THAN_A_STATEMENT.plusSeconds(5));
    assertThat(stalled()).isEqualTo(5);

    database.answering(NONE);
    executor.runAll();
    assertThat(stalled()).isZero();
  }

  private double stalled() {
    return StalledSeconds.of(registry, "check_blocked");
  }

  /** Other work of the engine comes before the rest. */
  @Test
  void yieldsToQueuedWorkAfterTwoSecondsOfChecking() {
    List<Long> jobs = LongStream.rangeClosed(1, 201).boxed().toList();
    database.answering(jobs, result(READY), result(ready(8)));
    hints.listen(hint -> ticker.advance(Duration.ofSeconds(2)));
    blocked.checkAll(true);
    executor.execute(() -> hints.publish(new Hint.JobsChanged()));

    executor.runAll();

    assertThat(heard.all())
        .containsExactly(
            new Hint.LanesReady(Set.of(7), false),
            new Hint.JobsChanged(),
            new Hint.LanesReady(Set.of(8), false));
  }

  @Test
  void checksRemainingJobsAfterFullBatch() {
    UnblockStore.Result full =
        new UnblockStore.Result(Collections.nCopies(UnblockStore.BATCH_SIZE, READY), Set.of());
    database.answering(List.of(JOB, 43L), full, NONE);

    blocked.checkAll(true);
    executor.runAll();

    assertThat(database.left()).isZero();
  }

  @Test
  void skipsQueryWhenNoInstanceIsBlocked() {
    blocked.checkAll(false);

    assertThat(heard.all()).isEmpty();
  }

  @Test
  void countsInstancesUnblockedByCheckWithoutHintAsLate() {
    checkThatUnblocksTwo();
    assertThat(unblockedLate()).isZero();

    blocked.checkAll(false);
    blocked.checkAll(false);

    assertThat(unblockedLate()).isEqualTo(2);
  }

  @Test
  void countsNoLateUnblockWhenHintFollowsCheck() {
    checkThatUnblocksTwo();
    unblock();

    blocked.checkAll(false);

    assertThat(unblockedLate()).isZero();
  }

  @Test
  void countsNoLateUnblockWhenHintPrecedesCheck() {
    database.answering(NONE);
    unblock();
    checkThatUnblocksTwo();

    blocked.checkAll(false);

    assertThat(unblockedLate()).isZero();
  }

  @Test
  void countsLateUnblockDespiteHintHandledBeforeCheck() {
    database.answering(NONE);
    unblock();
    executor.runAll();
    checkThatUnblocksTwo();

    blocked.checkAll(false);

    assertThat(unblockedLate()).isEqualTo(2);
  }

  @Test
  void checksRemainingJobsAfterFailureOfSomeJobs() {
    List<Long> jobs = LongStream.rangeClosed(1, 201).boxed().toList();
    database.answering(jobs, new IllegalStateException("a bug"), result(READY));

    blocked.checkAll(true);
    executor.runAll();

    assertThat(database.left()).isZero();
    assertThat(heard.all()).containsExactly(new Hint.LanesReady(Set.of(7), false));
  }

  /** So that the due-work loop counts it. */
  @Test
  void rethrowsCheckFailureOnceAtNextRequest() {
    database.answering(List.of(JOB), new IllegalStateException("a bug"), List.of(), List.of());
    blocked.checkAll(true);
    executor.runAll();

    assertThatThrownBy(() -> blocked.checkAll(true)).hasMessage("a bug");
    executor.runAll();

    assertThatCode(() -> blocked.checkAll(true)).doesNotThrowAnyException();
  }

  @Test
  void endsCheckOnOutageWithoutReportingFailure() {
    List<Long> jobs = LongStream.rangeClosed(1, 201).boxed().toList();
    database.answering(jobs, DatabaseFailures.outage(), result(READY));

    blocked.checkAll(true);
    executor.runAll();

    assertThat(database.left()).isOne();
    assertThatCode(() -> blocked.checkAll(true)).doesNotThrowAnyException();
  }

  private void checkThatUnblocksTwo() {
    database.answering(List.of(JOB), result(READY, READY));
    blocked.checkAll(true);
    executor.runAll();
  }

  private double unblockedLate() {
    return count("orrery.instances.unblocked.late");
  }

  private double count(String counter) {
    return registry.get(counter).counter().count();
  }
}
