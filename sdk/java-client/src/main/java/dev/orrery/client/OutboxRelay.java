package dev.orrery.client;

import dev.orrery.client.OutboxProblem.Kind;
import dev.orrery.client.OutboxTable.Row;
import dev.orrery.protocol.retry.Backoff;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Submits the runs of an {@link Outbox}, each once, on a thread of its own. Each process of an
 * application may have one: a run is claimed by one of them, and submitted with its id as the
 * idempotency key. So a run that a killed process has submitted, and not yet deleted, is not
 * submitted twice, as long as another process continues within a day.
 *
 * <p>A run that the scheduler refuses, such as one of a job that does not exist, stays in the table
 * with its {@code problem}, and is tried again for a day; other runs are not delayed. No connection
 * is held during a call.
 */
public final class OutboxRelay implements AutoCloseable {
  private static final Logger LOG = System.getLogger(OutboxRelay.class.getName());
  private static final Duration POLL_INTERVAL = Duration.ofSeconds(1);
  private static final Backoff PAUSES = new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(30));

  private static final Duration STATE_INTERVAL = Duration.ofSeconds(10);

  /** A claim ends, in case that its process is gone; it lasts as much longer than a call. */
  private static final Duration CLAIM = Duration.ofSeconds(90);

  /**
   * After so many failures in a row that may concern all runs, one is taken for that of its run.
   */
  private static final int SUSPICIONS = 3;

  private static final Duration SUSPECT_PAUSE = Duration.ofMinutes(1);
  private static final int MAX_PAUSED_JOBS = 50;
  private static final Duration OVERLOADED_PAUSE = Duration.ofSeconds(2);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);
  private static final int BATCH_SIZE = 100;

  /** Few, because those of a process that is killed wait until the end of their claim. */
  private static final int CLAIMED_AT_ONCE = 5;

  private static final String FORGOTTEN =
      " (not submitted again: the scheduler may have the run, and has forgotten its key)";

  private final OrreryClient client;
  private final DataSource database;
  private final InstantSource clock;
  private final OutboxTable table = new OutboxTable();
  private final Semaphore wakes = new Semaphore(0);
  private final Thread thread = new Thread(this::work, "orrery-outbox");

  /** Jobs for which the scheduler takes no more runs until then. */
  private final Map<String, Instant> pausedJobs = new HashMap<>();

  private int failures;
  private int suspicions;
  private int suspicionsNeeded = SUSPICIONS;
  private Instant stateDue = Instant.MIN;
  private volatile boolean closed;
  private volatile OutboxState state = OutboxState.UNKNOWN;
  private volatile @Nullable String problem;

  private OutboxRelay(OrreryClient client, DataSource database, InstantSource clock) {
    this.client = client;
    this.database = database;
    this.clock = clock;
  }

  /**
   * @param database with the table; takes one connection at a time, and none during a call
   */
  public static OutboxRelay start(OrreryClient client, DataSource database) {
    return start(client, database, InstantSource.system());
  }

  static OutboxRelay start(OrreryClient client, DataSource database, InstantSource clock) {
    OutboxRelay relay = new OutboxRelay(client, database, clock);
    relay.thread.setDaemon(true);
    relay.thread.start();
    return relay;
  }

  /** Looks for runs at once, after a transaction has committed; otherwise it does each second. */
  public void wake() {
    wakes.release();
  }

  /** Returns why the last round has failed; empty if it has not. */
  public Optional<String> problem() {
    return Optional.ofNullable(problem);
  }

  /** Returns what was in the table at most ten seconds ago. */
  public OutboxState state() {
    OutboxState read = state;
    return problem == null
        ? read
        : new OutboxState(read.waiting(), read.oldest(), read.refused(), problem());
  }

  private void work() {
    while (!closed) {
      Duration pause;
      try {
        readState();
        pause = submitDue() ? Duration.ZERO : POLL_INTERVAL;
        recover();
      } catch (SQLException | RuntimeException e) {
        // Also of a pool that is closed or full: the thread must outlive what its callees throw.
        pause = fail(e);
      }
      await(pause);
    }
  }

  private void recover() {
    if (problem != null) {
      LOG.log(Level.INFO, "Submitting outbox runs again");
    }
    problem = null;
    failures = 0;
  }

  /** Logs only the first of failures in a row; {@link #problem} has the last. */
  private Duration fail(Exception failure) {
    failures++;
    if (!closed) {
      boolean isNew = problem == null;
      problem = failure instanceof OrreryException ? failure.getMessage() : failure.toString();
      if (isNew) {
        LOG.log(Level.WARNING, "Failed to submit outbox runs; retrying until it works: " + problem);
      }
    }
    return PAUSES.after(failures);
  }

  /** New runs end only a pause that follows no failure. */
  private void await(Duration pause) {
    long end = System.nanoTime() + pause.toNanos();
    try {
      do {
        var unused = wakes.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        wakes.drainPermits();
      } while (failures > 0 && !closed && System.nanoTime() < end);
    } catch (InterruptedException e) {
      closed = true;
    }
  }

  private interface Use<T> {
    T of(Connection connection) throws SQLException;
  }

  /** Commits, because a pool may have no auto-commit. */
  private <T> T stored(Use<T> use) throws SQLException {
    try (Connection connection = database.getConnection()) {
      T result = use.of(connection);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
      return result;
    }
  }

  private void readState() throws SQLException {
    Instant now = clock.instant();
    if (!now.isBefore(stateDue)) {
      state = stored(table::state);
      stateDue = now.plus(STATE_INTERVAL);
    }
  }

  /**
   * @param before as it was found
   * @param row as it is in the table now
   */
  private record Claimed(Row before, Row row) {}

  /**
   * What became of claimed rows.
   *
   * @param failure that concerns the others as well
   */
  private record Ended(
      List<Row> submitted, Map<Row, Next> others, @Nullable RuntimeException failure) {
    static final Ended NONE = new Ended(List.of(), Map.of(), null);

    boolean store(Connection connection, OutboxTable table) throws SQLException {
      for (Row row : submitted) {
        table.delete(connection, row);
      }
      for (Map.Entry<Row, Next> other : others.entrySet()) {
        Next next = other.getValue();
        table.move(connection, other.getKey(), next.dueAt(), next.problem());
      }
      return true;
    }
  }

  /** Submits rows, a few at a time between two connections; returns true if there may be more. */
  private boolean submitDue() throws SQLException {
    pausedJobs.values().removeIf(until -> !until.isAfter(clock.instant()));
    List<Row> due =
        stored(
            connection -> table.due(connection, clock.millis(), pausedJobs.keySet(), BATCH_SIZE));
    Ended last = Ended.NONE;
    for (int i = 0; i < due.size() && last.failure() == null && !closed; i += CLAIMED_AT_ONCE) {
      Ended before = last;
      List<Row> some = due.subList(i, Math.min(i + CLAIMED_AT_ONCE, due.size()));
      last =
          submit(
              stored(
                  connection -> {
                    before.store(connection, table);
                    return claim(connection, some);
                  }));
    }
    Ended ended = last;
    if (!ended.equals(Ended.NONE)) {
      var unused = stored(connection -> ended.store(connection, table));
    }
    if (ended.failure() != null) {
      throw ended.failure();
    }
    return due.size() == BATCH_SIZE;
  }

  private Ended submit(List<Claimed> claimed) {
    List<Row> submitted = new ArrayList<>();
    Map<Row, Next> others = new LinkedHashMap<>();
    RuntimeException failure = null;
    for (Claimed one : claimed) {
      if (failure != null || mustWait(one.row())) {
        others.put(one.row(), Next.asBefore(one));
        continue;
      }
      try {
        client.runStored(one.row().job(), one.row().body(), one.row().id());
        submitted.add(one.row());
        suspicions = 0;
        suspicionsNeeded = SUSPICIONS;
      } catch (RuntimeException e) {
        Next next = next(one, e);
        others.put(one.row(), next);
        failure = next.endsRound() ? e : null;
      }
    }
    return new Ended(submitted, others, failure);
  }

  private boolean mustWait(Row claimed) {
    long end = clock.instant().plus(client.callTimeout()).toEpochMilli();
    return closed || end > claimed.dueAt() || pausedJobs.containsKey(claimed.job());
  }

  private List<Claimed> claim(Connection connection, List<Row> due) throws SQLException {
    Instant now = clock.instant();
    long until = now.plus(client.callTimeout()).plus(CLAIM).toEpochMilli();
    List<Claimed> claimed = new ArrayList<>();
    for (Row row : due) {
      OutboxProblem begun =
          row.problem()
              .orElseGet(() -> new OutboxProblem(Kind.UNANSWERED, now, "It is being submitted."));
      if (begun.kind() == Kind.UNANSWERED && begun.isFinal(now)) {
        OutboxProblem last = begun.with(begun.text() + FORGOTTEN);
        if (table.move(connection, row, OutboxTable.NEVER, Optional.of(last))) {
          logLast(row, last);
        }
      } else if (!pausedJobs.containsKey(row.job())
          && table.move(connection, row, until, Optional.of(begun))) {
        claimed.add(new Claimed(row, row.dueAt(until)));
      }
    }
    return claimed;
  }

  /**
   * What becomes of a row that was not submitted.
   *
   * @param endsRound whether the others would fail as well
   */
  private record Next(long dueAt, Optional<OutboxProblem> problem, boolean endsRound) {
    static Next asBefore(Claimed one) {
      return new Next(one.before().dueAt(), one.before().problem(), false);
    }

    Next endingRound() {
      return new Next(dueAt, problem, true);
    }
  }

  private Next next(Claimed one, RuntimeException failure) {
    OutboxFailure about =
        failure instanceof OrreryException e ? OutboxFailure.of(e) : OutboxFailure.PERHAPS_OF_ALL;
    return switch (about) {
      case OF_RUN -> refused(one, failure);
      case OF_JOB -> paused(one, (OrreryException) failure);
      case OF_ALL -> Next.asBefore(one).endingRound();
      case PERHAPS_OF_ALL -> suspected(one, one.before().problem());
      case UNANSWERED -> suspected(one, Optional.of(problem(one, Kind.UNANSWERED, failure)));
    };
  }

  private OutboxProblem problem(Claimed one, Kind kind, RuntimeException failure) {
    return OutboxProblem.next(
        kind, one.before().problem(), clock.instant(), String.valueOf(failure.getMessage()));
  }

  private Next refused(Claimed one, RuntimeException reason) {
    Instant now = clock.instant();
    OutboxProblem refusal = problem(one, Kind.REFUSED, reason);
    if (refusal.isFinal(now)) {
      logLast(one.row(), refusal);
      return new Next(OutboxTable.NEVER, Optional.of(refusal), false);
    }
    if (one.before().problem().filter(last -> last.kind() == Kind.REFUSED).isEmpty()) {
      LOG.log(
          Level.WARNING,
          "Scheduler refused an outbox run; retrying it for a day: job={0} id={1}: {2}",
          one.row().job(),
          one.row().id(),
          refusal.text());
    }
    return new Next(now.plus(refusal.pause(now)).toEpochMilli(), Optional.of(refusal), false);
  }

  private static void logLast(Row row, OutboxProblem last) {
    LOG.log(
        Level.WARNING,
        "Gave up an outbox run after a day; keeping its row: job={0} id={1}: {2}",
        row.job(),
        row.id(),
        last);
  }

  /** Runs of other jobs go on; those of this one keep their order. */
  private Next paused(Claimed one, OrreryException overload) {
    Duration pause = overload.retryAfter().orElse(OVERLOADED_PAUSE);
    pausedJobs.put(one.row().job(), clock.instant().plus(pause));
    Next next = Next.asBefore(one);
    return pausedJobs.size() > MAX_PAUSED_JOBS ? next.endingRound() : next;
  }

  /**
   * A run that alone fails, again and again, must not stop those behind it. During a long outage,
   * that is less and less often so.
   */
  private Next suspected(Claimed one, Optional<OutboxProblem> problem) {
    suspicions++;
    if (suspicions < suspicionsNeeded) {
      return new Next(one.before().dueAt(), problem, true);
    }
    suspicionsNeeded *= 2;
    return new Next(clock.instant().plus(SUSPECT_PAUSE).toEpochMilli(), problem, false);
  }

  /** Ends after the run that is being submitted. */
  @Override
  public void close() {
    closed = true;
    wake();
    try {
      thread.join(STOP_TIMEOUT.toMillis());
      thread.interrupt();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
