package dev.orrery.bench.latency;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.SampleSet;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Measures single runs on an idle system: from a call to its result, by the clock of the caller,
 * who polls every millisecond; and from the due time of a trigger to the start, by the database's
 * clock.
 */
public final class LatencyScenario implements Scenario {
  private static final String JOB = "now";
  private static final String DUE_JOB = "due";
  private static final Set<String> OPEN = Set.of("WAITING", "RUNNING");
  private static final Duration ASK_EVERY = Duration.ofMillis(1);
  private static final long MAX_SECONDS = 30;

  /** Not a divisor of a second, because the scheduler polls once a second. */
  private static final Duration PERIOD = Duration.ofMillis(1300);

  private static final String LATE =
      """
      select extract(epoch from h.started_at - h.due_at) * 1000 as late_millis
      from instance_history h join job j on j.id = h.job_id
      where j.name = ? and h.id >= instance_id_at(?) and h.state = 10
      """;

  private final DatabaseServer server;
  private final StackPool stacks;
  private final Runs runs;
  private BenchStack stack;
  private BenchApp app;

  /**
   * @param now number of runs by a call
   * @param due number of runs by a trigger
   * @param warmUp time of unmeasured runs by a call beforehand
   */
  public record Runs(int now, int due, Duration warmUp) {}

  public LatencyScenario(DatabaseServer server, StackPool stacks, Runs runs) {
    this.server = server;
    this.stacks = stacks;
    this.runs = runs;
  }

  @Override
  public void warmUp() throws Exception {
    stack = stacks.shared();
    app = stacks.sharedApp();
    app.putNoopJob(JOB);
    long end = System.nanoTime() + runs.warmUp().toNanos();
    while (System.nanoTime() - end < 0) {
      runNow();
    }
  }

  @Override
  public Measurement measure() throws Exception {
    List<Double> now = new ArrayList<>();
    try (StatementMeter meter = new StatementMeter(server, stack.database())) {
      StatementMeter.Reading before = meter.start();
      for (int i = 0; i < runs.now(); i++) {
        now.add(runNow());
      }
      StatementMeter.Reading after = meter.read();
      SampleSet seen = SampleSet.of(now);
      SampleSet late = SampleSet.of(runDue());
      return Measurement.withoutRate(after.since(before, runs.now()))
          .with("runs", runs.now())
          .with("p50Millis", seen.median())
          .with("p99Millis", seen.percentile(99))
          .with("maxMillis", seen.max())
          .with("dueRuns", late.count())
          .with("dueP50Millis", late.median())
          .with("dueP99Millis", late.percentile(99))
          .with("dueMaxMillis", late.max());
    }
  }

  /** Returns the milliseconds from the call to the result. */
  private double runNow() throws InterruptedException {
    long begun = System.nanoTime();
    String id = app.run(JOB, "{}");
    String state = app.instance(id).get("state").asText();
    while (OPEN.contains(state)) {
      if (System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(MAX_SECONDS)) {
        throw new BenchException("Instance " + id + " did not end: " + state);
      }
      TimeUnit.NANOSECONDS.sleep(ASK_EVERY.toNanos());
      state = app.instance(id).get("state").asText();
    }
    if (!state.equals("SUCCEEDED")) {
      throw new BenchException("Instance " + id + " is " + state);
    }
    return (System.nanoTime() - begun) / 1e6;
  }

  /** Returns the milliseconds from due time to start of each instance. */
  private List<Double> runDue() throws Exception {
    try (Connection look = server.onlook(stack.database())) {
      Instant begun =
          SqlStatement.of(look, "select clock_timestamp() as at")
              .first(row -> SqlStatement.instant(row, "at"))
              .orElseThrow();
      app.putJob(
          DUE_JOB,
          "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"every\":\"" + PERIOD + "\"}}");
      Await.untilOrFailure(
          "the job has run at its due times",
          PERIOD.multipliedBy(runs.due()).plusSeconds(60),
          // Seldom: looks must not keep the processors awake for the scheduler.
          Duration.ofSeconds(1),
          () -> late(look, begun).size() >= runs.due());
      app.deleteJob(DUE_JOB);
      return late(look, begun);
    }
  }

  private static List<Double> late(Connection connection, Instant since) throws SQLException {
    return SqlStatement.of(connection, LATE)
        .withText(DUE_JOB)
        .withInstant(since)
        .list(row -> row.getDouble("late_millis"));
  }
}
