package dev.orrery.scheduler.model.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.LockWait;
import dev.orrery.scheduler.base.problem.ProblemException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GroupCommitTest {
  private static final int APP = 1;
  private static final int OTHER = 2;

  private final Deque<Runnable> tasks = new ArrayDeque<>();
  private final List<List<String>> commits = new ArrayList<>();
  private long nanos;

  @Test
  void commitsSingleItemImmediately() throws Exception {
    GroupCommit<String, String> group = group(10, 100, 1);

    CompletableFuture<String> outcome = group.submit(APP, "a");
    assertThat(outcome).isNotDone();
    runTasks();

    assertThat(outcome.get()).isEqualTo("A");
    assertThat(tasks).isEmpty();
  }

  @Test
  void groupsItemsThatArriveDuringCommit() {
    List<Runnable> duringFirst = new ArrayList<>();
    GroupCommit<String, String> group =
        group(
            item -> null,
            items -> {
              duringFirst.forEach(Runnable::run);
              duringFirst.clear();
            });
    duringFirst.add(() -> submit(group, "b", "c"));

    submit(group, "a");
    runTasks();

    assertThat(commits).containsExactly(List.of("a"), List.of("b", "c"));
  }

  @Test
  void returnsOutcomesInOrderOfArrival() throws Exception {
    GroupCommit<String, String> group = group(10, 100, 1);
    List<CompletableFuture<String>> outcomes = submit(group, "a", "b", "c");

    runTasks();

    assertThat(commits).containsExactly(List.of("a", "b", "c"));
    assertThat(outcomes).extracting(CompletableFuture::get).containsExactly("A", "B", "C");
  }

  @Test
  void limitsGroupWeight() {
    GroupCommit<String, String> group = weighted(10);
    submit(group, "4a", "4b", "4c", "2d", "9e", "1f");

    runTasks();

    assertThat(commits)
        .containsExactly(List.of("4a", "4b"), List.of("4c", "2d"), List.of("9e", "1f"));
  }

  @Test
  void commitsOversizedItemAlone() {
    GroupCommit<String, String> group = weighted(5);
    submit(group, "1a", "9b", "1c", "1d");

    runTasks();

    assertThat(commits).containsExactly(List.of("1a"), List.of("9b"), List.of("1c", "1d"));
  }

  @Test
  void commitsItemsWithEqualKeysSeparatelyInOrder() {
    GroupCommit<String, String> group =
        group(item -> item.startsWith("-") ? null : item.charAt(0), items -> {});
    submit(group, "x1", "-1", "x2", "y1", "x3", "-2");

    runTasks();

    assertThat(commits)
        .containsExactly(List.of("x1", "-1", "y1", "-2"), List.of("x2"), List.of("x3"));
  }

  @Test
  void refusesItemsBeyondTheQueueLimit() throws Exception {
    GroupCommit<String, String> group = group(10, 4, 1);
    List<CompletableFuture<String>> taken = submit(group, "a", "b", "c");

    CompletableFuture<String> refused = group.submit(APP, "d");

    assertThat(failure(refused))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> {
              assertThat(e.problem().code()).isEqualTo(ErrorCode.OVERLOADED);
              assertThat(e.problem().detail()).contains("Too many things");
              assertThat(e.retryAfter()).isPresent();
            });
    runTasks();
    assertThat(commits).containsExactly(List.of("a", "b", "c"));
    assertThat(taken).allMatch(CompletableFuture::isDone);
    assertThat(group.submit(APP, "e")).isNotCompletedExceptionally();
  }

  @Test
  void acceptsSingleOversizedItemWhenQueueIsEmpty() {
    GroupCommit<String, String> group = weighted(settings(5, 5, 1), items -> {});

    CompletableFuture<String> large = group.submit(APP, "9a");
    CompletableFuture<String> small = group.submit(APP, "1b");
    runTasks();

    assertThat(large).isCompletedWithValue("9A");
    assertThat(small).isCompletedExceptionally();
  }

  @Test
  void commitsRemainingItemsWhenOneItemFails() {
    GroupCommit<String, String> group = failingOn("bad", "22021");
    List<CompletableFuture<String>> outcomes = submit(group, "a", "bad", "c");

    runTasks();

    assertThat(outcomes.get(0)).isCompletedWithValue("A");
    assertThat(failure(outcomes.get(1))).isInstanceOf(DatabaseException.class);
    assertThat(outcomes.get(2)).isCompletedWithValue("C");
    assertThat(commits)
        .containsExactly(
            List.of("a", "bad", "c"),
            List.of("a"),
            List.of("bad", "c"),
            List.of("bad"),
            List.of("c"));
  }

  @Test
  void isolatesFailingItemInFewCommits() {
    GroupCommit<String, String> group = failingOn("bad", "22021");
    List<CompletableFuture<String>> good = submit(group, "a", "b", "c", "d", "e", "f", "g");
    CompletableFuture<String> bad = group.submit(APP, "bad");

    runTasks();

    assertThat(good).allMatch(outcome -> !outcome.isCompletedExceptionally());
    assertThat(bad).isCompletedExceptionally();
    assertThat(commits).hasSize(7);
  }

  @Test
  void commitsRemainingItemsBeforeRetryingLockedItem() {
    GroupCommit<String, String> group = failingOn("locked", "55P03");
    List<CompletableFuture<String>> outcomes = submit(group, "a", "locked", "c", "d");

    runTasks();

    assertThat(commits)
        .containsExactly(
            List.of("a", "locked", "c", "d"),
            List.of("a", "locked"),
            List.of("c", "d"),
            List.of("a"),
            List.of("locked"));
    assertBusy(outcomes.get(1));
    assertThat(outcomes).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(1);
  }

  @Test
  void failsGroupWhenBothHalvesHitTableLock() {
    GroupCommit<String, String> group = alwaysFailing("55P03");
    List<CompletableFuture<String>> outcomes =
        submit(group, "a", "b", "c", "d", "e", "f", "g", "h");

    runTasks();

    assertThat(outcomes).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(commits).extracting(List::size).containsExactly(8, 4, 4);
  }

  /** Each try takes the time bound of a statement, and all items behind the group wait. */
  @Test
  void failsSmallPartWithLockedRowAfterFiveTries() {
    GroupCommit<String, String> group = failingOn("x", "55P03", 1_000);
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      outcomes.add(group.submit(APP, i == 63 ? "x" : "a"));
    }

    runTasks();

    assertThat(commits.stream().filter(items -> items.contains("x")).map(List::size))
        .containsExactly(64, 32, 16, 8, 4);
    assertThat(outcomes).filteredOn(CompletableFuture::isCompletedExceptionally).hasSize(4);
  }

  @Test
  void shortensLockWaitWhenRetryingPartsOfGroup() {
    List<Boolean> brief = new ArrayList<>();
    GroupCommit<String, String> group =
        group(
            item -> null,
            items -> {
              brief.add(LockWait.isBrief());
              if (items.contains("locked")) {
                throw new DatabaseException(new SQLException("on purpose", "55P03"));
              }
            });
    submit(group, "a", "locked");
    runTasks();
    submit(group, "b");
    runTasks();

    assertThat(brief).containsExactly(false, true, true, false);
  }

  @Test
  void failsItemsQueuedForOverOneSecondWhenTableIsLocked() {
    List<CompletableFuture<String>> outcomes = behindAFailure("55P03", "a", "b");

    assertBusy(outcomes.get(0));
    assertThat(outcomes.get(1)).isCompletedWithValue("YOUNG");
  }

  @Test
  void failsItemsQueuedForOverOneSecondWithoutConnection() {
    List<CompletableFuture<String>> outcomes = behindAFailure("53300", "a");

    assertThat(outcomes.get(0)).isCompletedExceptionally();
    assertThat(outcomes.get(1)).isCompletedWithValue("YOUNG");
  }

  /** Nothing of it was sent, so a caller without an idempotency key may repeat it. */
  @Test
  void failsQueuedItemsAsUncommittedAfterLostConnection() {
    List<CompletableFuture<String>> outcomes = behindAFailure("08006", "a");

    assertThat(isOutcomeUnknown(outcomes.get(0))).isFalse();
    assertThat(outcomes.get(1)).isCompletedWithValue("YOUNG");
  }

  @Test
  void keepsQueuedItemsWhenOnlyOneRowIsLocked() {
    List<CompletableFuture<String>> outcomes = behindAFailure("55P03", "a");

    assertThat(outcomes.get(0)).isCompletedWithValue("OLD");
  }

  /** Returns what became of two items that waited while a group failed, for 1 s and for less. */
  private List<CompletableFuture<String>> behindAFailure(String sqlState, String... bad) {
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    List<String> wait = new ArrayList<>(List.of("old", "young"));
    AtomicReference<GroupCommit<String, String>> itself = new AtomicReference<>();
    itself.set(
        group(
            item -> null,
            items -> {
              if (List.of(bad).containsAll(items)) {
                while (!wait.isEmpty()) {
                  outcomes.add(itself.get().submit(APP, wait.remove(0)));
                  nanos += GroupCommit.MIN_WAIT_TO_FAIL.toNanos() - 1;
                }
                throw new DatabaseException(new SQLException("on purpose", sqlState));
              }
            }));
    submit(itself.get(), bad);

    runTasks();

    return outcomes;
  }

  /** A client that repeats its call, again and again, waits for the same row. */
  @Test
  void failsQueuedItemsWithSameKeyAsLockedItem() {
    GroupCommit<String, String> group =
        group(
            item -> item.charAt(0),
            items -> {
              if (items.contains("x1")) {
                throw new DatabaseException(new SQLException("on purpose", "55P03"));
              }
            });
    List<CompletableFuture<String>> outcomes = submit(group, "x1", "x2", "x3");
    tasks.remove().run();
    CompletableFuture<String> other = group.submit(APP, "y1");

    assertThat(outcomes).allSatisfy(GroupCommitTest::assertBusy);
    assertThat(group.queued()).isEqualTo(1);
    runTasks();
    assertThat(other).isCompletedWithValue("Y1");
    assertThat(commits).containsExactly(List.of("x1"), List.of("y1"));
  }

  /** A group of one writer whose time is {@link #nanos}. */
  private GroupCommit<String, String> group(
      Function<String, Object> key, Consumer<List<String>> before) {
    return new GroupCommit<>(
        settings(10, 100, 1),
        tasks::add,
        () -> nanos,
        item -> 1,
        key,
        items -> upperCase(items, before));
  }

  private static void assertBusy(CompletableFuture<String> outcome) {
    assertThat(failure(outcome))
        .isInstanceOfSatisfying(DatabaseException.class, e -> assertThat(e.isBusy()).isTrue());
  }

  @Test
  void includesItemOfSecondAppInNextGroupDespiteFlood() {
    GroupCommit<String, String> group = group(8, 1_000, 1);
    for (int i = 0; i < 100; i++) {
      var unused = group.submit(APP, "flood");
    }
    CompletableFuture<String> late = group.submit(OTHER, "late");

    tasks.remove().run();

    assertThat(late).isCompletedWithValue("LATE");
    assertThat(commits.get(0)).hasSize(8);
  }

  @Test
  void refusesOnlyItemsOfAppThatExceedsItsShare() {
    GroupCommit<String, String> group = group(10, 100, 1);
    List<CompletableFuture<String>> flood = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      flood.add(group.submit(APP, "flood"));
    }

    CompletableFuture<String> other = group.submit(OTHER, "other");

    assertThat(flood).filteredOn(CompletableFuture::isDone).hasSize(120);
    assertThat(group.refused()).isEqualTo(120);
    assertThat(other).isNotDone();
    runTasks();
    assertThat(other).isCompletedWithValue("OTHER");
  }

  /** A writer that ended would still count, and no other one would start. */
  @Test
  void continuesAfterFailureOfCommitListener() {
    GroupCommit<String, String> group = group(1, 100, 1);
    group.whenCommitted(
        weight -> {
          throw new IllegalStateException("on purpose");
        });
    List<CompletableFuture<String>> outcomes = submit(group, "a", "b");

    runTasks();
    CompletableFuture<String> next = group.submit(APP, "c");
    runTasks();

    assertThat(outcomes).allMatch(CompletableFuture::isDone);
    assertThat(next).isCompletedWithValue("C");
  }

  @Test
  void commitsRemainingItemsWhenOneItemIsUnreadable() {
    GroupCommit<String, String> group =
        failingOn("bad", () -> new IllegalStateException("A stored document cannot be read"));
    List<CompletableFuture<String>> outcomes = submit(group, "a", "bad", "c");

    runTasks();

    assertThat(outcomes.get(0)).isCompletedWithValue("A");
    assertThat(failure(outcomes.get(1))).isInstanceOf(IllegalStateException.class);
    assertThat(outcomes.get(2)).isCompletedWithValue("C");
    assertThat(commits).filteredOn(List.of("bad")::equals).hasSize(1);
  }

  @Test
  void failsWholeGroupImmediatelyOnOutage() {
    GroupCommit<String, String> group = failingOn("bad", "08006");
    List<CompletableFuture<String>> outcomes = submit(group, "a", "bad", "c");

    runTasks();

    assertThat(outcomes)
        .allSatisfy(
            outcome ->
                assertThat(failure(outcome))
                    .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.isOutage()).isTrue()));
    assertThat(commits).hasSize(1);
  }

  @Test
  void failsRemainingPartsImmediatelyOnOutage() {
    GroupCommit<String, String> group =
        group(
            item -> null,
            items -> {
              if (items.size() > 1) {
                throw new DatabaseException(new SQLException("deadlock", "40P01"));
              }
              if (items.contains("b")) {
                throw new DatabaseException(new SQLException("away", "08006"));
              }
            });
    List<CompletableFuture<String>> outcomes = submit(group, "a", "b", "c", "d");

    runTasks();

    assertThat(outcomes.get(0)).isCompletedWithValue("A");
    assertThat(outcomes.subList(1, 4).stream().map(GroupCommitTest::isOutcomeUnknown))
        .containsExactly(true, false, false);
    assertThat(commits)
        .containsExactly(
            List.of("a", "b", "c", "d"), List.of("a", "b"), List.of("a"), List.of("b"));
  }

  /** Text that cannot be stored, and a locked row. */
  @ParameterizedTest
  @ValueSource(strings = {"22021", "55P03"})
  void triesSingleFailingItemOnlyOnce(String sqlState) {
    GroupCommit<String, String> group = failingOn("bad", sqlState);
    CompletableFuture<String> outcome = group.submit(APP, "bad");

    runTasks();

    assertThat(outcome).isCompletedExceptionally();
    assertThat(commits).hasSize(1);
  }

  @Test
  void retriesSingleItemAfterDeadlock() {
    GroupCommit<String, String> group =
        group(
            item -> null,
            items -> {
              if (commits.size() == 1) {
                throw new DatabaseException(new SQLException("deadlock", "40P01"));
              }
            });

    CompletableFuture<String> outcome = group.submit(APP, "a");
    runTasks();

    assertThat(outcome).isCompletedWithValue("A");
  }

  @Test
  void continuesAfterFailedGroup() {
    GroupCommit<String, String> group = failingOn("bad", "08006");
    submit(group, "bad");
    runTasks();

    CompletableFuture<String> next = group.submit(APP, "a");
    runTasks();

    assertThat(next).isCompletedWithValue("A");
  }

  @Test
  void continuesAfterErrorInGroup() {
    GroupCommit<String, String> group =
        failingOn(
            "bad",
            () -> {
              throw new StackOverflowError();
            });
    CompletableFuture<String> bad = group.submit(APP, "bad");
    runTasks();

    CompletableFuture<String> next = group.submit(APP, "a");
    runTasks();

    assertThat(bad).isCompletedExceptionally();
    assertThat(next).isCompletedWithValue("A");
  }

  @Test
  void failsAllItemsOnceWhenOutcomeCountDiffers() {
    GroupCommit<String, String> group =
        new GroupCommit<>(
            settings(10, 100, 1),
            tasks::add,
            items -> {
              commits.add(items);
              return List.of("only one");
            });
    List<CompletableFuture<String>> outcomes = submit(group, "a", "b");

    runTasks();

    assertThat(outcomes).allMatch(CompletableFuture::isCompletedExceptionally);
    assertThat(commits).hasSize(1);
  }

  @Test
  void commitsOneGroupPerExecutorTask() {
    GroupCommit<String, String> group = weighted(1, 2);
    submit(group, "1a", "1b", "1c", "1d");
    assertThat(tasks).hasSize(2);

    tasks.remove().run();

    assertThat(commits).containsExactly(List.of("1a"));
    assertThat(tasks).hasSize(2);
    runTasks();
    assertThat(commits).hasSize(4);
    assertThat(tasks).isEmpty();
  }

  @Test
  void reservesLastWriterForSmallGroups() {
    List<List<String>> besideFirst = new ArrayList<>();
    GroupCommit<String, String> group = twoWriters(besideFirst);
    submit(group, "5a", "5b", "5c");
    CompletableFuture<String> small = group.submit(OTHER, "1d");

    runTasks();

    assertThat(besideFirst).containsExactly(List.of("1d"));
    assertThat(small).isCompletedWithValue("1D");
    assertThat(commits).containsExactly(List.of("5a"), List.of("1d"), List.of("5b"), List.of("5c"));
  }

  @Test
  void keepsLastWriterIdleWhileOnlyLargeItemsWait() {
    List<List<String>> besideFirst = new ArrayList<>();
    GroupCommit<String, String> group = twoWriters(besideFirst);
    submit(group, "9a", "9b");

    runTasks();

    assertThat(besideFirst).isEmpty();
    assertThat(commits).containsExactly(List.of("9a"), List.of("9b"));
    assertThat(tasks).isEmpty();
  }

  @Test
  void releasesWriterOfFailedLargeGroup() {
    GroupCommit<String, String> group =
        weighted(
            settings(8, 1_000, 2),
            items -> {
              throw new DatabaseException(new SQLException("on purpose", "22021"));
            });

    for (int i = 0; i < 3; i++) {
      submit(group, "8a");
      runTasks();
    }

    assertThat(commits).hasSize(3);
  }

  @Test
  void refusesQueuedItemsWhenServiceStops() {
    boolean[] stopped = new boolean[1];
    GroupCommit<String, String> group =
        new GroupCommit<>(
            settings(1, 100, 1),
            task -> {
              if (stopped[0]) {
                throw new RejectedExecutionException();
              }
              tasks.add(task);
            },
            this::upperCase);
    List<CompletableFuture<String>> outcomes = submit(group, "a", "b", "c");
    stopped[0] = true;

    runTasks();

    assertThat(outcomes.get(0)).isCompletedWithValue("A");
    for (CompletableFuture<String> outcome : outcomes.subList(1, 3)) {
      assertUnavailable(outcome);
    }
    assertUnavailable(group.submit(APP, "d"));
    assertThat(group.queued()).isZero();
  }

  @Test
  void commitsEachItemOnceUnderManyThreads() throws Exception {
    ConcurrentHashMap<Integer, AtomicInteger> seen = new ConcurrentHashMap<>();
    ExecutorService executor = Executors.newFixedThreadPool(3);
    try {
      GroupCommit<Integer, Integer> group =
          new GroupCommit<>(
              new GroupCommit.Settings("things", 50, 1_000_000, 2),
              executor,
              item -> 1,
              item -> item % 7 == 0 ? "sevens" : null,
              items -> {
                items.forEach(
                    item -> seen.computeIfAbsent(item, i -> new AtomicInteger()).incrementAndGet());
                return items.stream().map(item -> item * 2).toList();
              });
      List<CompletableFuture<Integer>> outcomes = new ArrayList<>();
      for (int i = 0; i < 5000; i++) {
        outcomes.add(group.submit(APP, i));
      }

      for (int i = 0; i < 5000; i++) {
        assertThat(outcomes.get(i).get(10, TimeUnit.SECONDS)).isEqualTo(i * 2);
      }
      assertThat(seen).hasSize(5000);
      assertThat(seen.values()).allMatch(count -> count.get() == 1);
    } finally {
      executor.shutdownNow();
    }
  }

  private void runTasks() {
    while (!tasks.isEmpty()) {
      tasks.remove().run();
    }
  }

  private GroupCommit<String, String> group(int maxWeight, int maxQueued, int writers) {
    return new GroupCommit<>(settings(maxWeight, maxQueued, writers), tasks::add, this::upperCase);
  }

  private GroupCommit<String, String> weighted(int maxWeight) {
    return weighted(maxWeight, 1);
  }

  private GroupCommit<String, String> weighted(int maxWeight, int writers) {
    return weighted(settings(maxWeight, 1000, writers), items -> {});
  }

  /** Items weigh what their first digit says. */
  private GroupCommit<String, String> weighted(
      GroupCommit.Settings settings, Consumer<List<String>> before) {
    return new GroupCommit<>(
        settings,
        tasks::add,
        item -> item.charAt(0) - '0',
        item -> null,
        items -> upperCase(items, before));
  }

  /**
   * Groups of at most 8, of which those over 2 are large. During the first commit, the other writer
   * runs for as long as it has work.
   *
   * @param besideFirst gets the commits of the other writer
   */
  private GroupCommit<String, String> twoWriters(List<List<String>> besideFirst) {
    return weighted(
        settings(8, 1_000, 2),
        items -> {
          if (commits.size() == 1) {
            runTasks();
            besideFirst.addAll(commits.subList(1, commits.size()));
          }
        });
  }

  private GroupCommit<String, String> failingOn(String bad, String sqlState) {
    return failingOn(bad, sqlState, 100);
  }

  private GroupCommit<String, String> failingOn(String bad, String sqlState, int maxWeight) {
    return failingOn(
        items -> items.contains(bad),
        () -> new DatabaseException(new SQLException("on purpose", sqlState)),
        maxWeight);
  }

  private GroupCommit<String, String> failingOn(String bad, Supplier<RuntimeException> failure) {
    return failingOn(items -> items.contains(bad), failure, 100);
  }

  private GroupCommit<String, String> alwaysFailing(String sqlState) {
    return failingOn(
        items -> true, () -> new DatabaseException(new SQLException("on purpose", sqlState)), 100);
  }

  private GroupCommit<String, String> failingOn(
      Predicate<List<String>> bad, Supplier<RuntimeException> failure, int maxWeight) {
    return new GroupCommit<>(
        settings(maxWeight, 1_000, 1),
        tasks::add,
        items ->
            upperCase(
                items,
                all -> {
                  if (bad.test(all)) {
                    throw failure.get();
                  }
                }));
  }

  private List<String> upperCase(List<String> items, Consumer<List<String>> before) {
    List<String> outcomes = upperCase(items);
    before.accept(items);
    return outcomes;
  }

  private List<String> upperCase(List<String> items) {
    commits.add(items);
    return items.stream().map(item -> item.toUpperCase(Locale.ROOT)).toList();
  }

  private static GroupCommit.Settings settings(int maxWeight, int maxQueued, int writers) {
    return new GroupCommit.Settings("things", maxWeight, maxQueued, writers);
  }

  private static List<CompletableFuture<String>> submit(
      GroupCommit<String, String> group, String... items) {
    List<CompletableFuture<String>> outcomes = new ArrayList<>();
    for (String item : items) {
      outcomes.add(group.submit(APP, item));
    }
    return outcomes;
  }

  private static boolean isOutcomeUnknown(CompletableFuture<?> outcome) {
    return failure(outcome) instanceof DatabaseException e && e.isOutcomeUnknown();
  }

  private static Throwable failure(CompletableFuture<?> outcome) {
    assertThat(outcome).isDone();
    Throwable thrown = catchThrowable(outcome::get);
    assertThat(thrown).isInstanceOf(ExecutionException.class);
    return thrown.getCause();
  }

  private static void assertUnavailable(CompletableFuture<String> outcome) {
    assertThat(failure(outcome))
        .isInstanceOfSatisfying(
            ProblemException.class,
            e -> assertThat(e.problem().code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }
}
