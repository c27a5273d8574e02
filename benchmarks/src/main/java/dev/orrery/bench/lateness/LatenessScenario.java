package dev.orrery.bench.lateness;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.SampleSet;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.JobWriter;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/**
 * Measures how late many cron jobs start that are all due in the same second, by the database's
 * clock. Priorities are spread evenly over 0 to 9. The first tick of a round is ignored.
 */
public final class LatenessScenario implements Scenario {
  private static final int PRIORITIES = 10;
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private final DatabaseServer server;
  private final StackPool stacks;
  private final Ticks ticks;
  private BenchStack stack;
  private BenchApp app;

  /**
   * @param every seconds between two ticks, a divisor of 60
   * @param counted number of measured ticks in a round
   */
  public record Ticks(int jobs, int every, int counted) {
    Instant firstAfter(Instant instant) {
      return Instant.ofEpochSecond((instant.getEpochSecond() / every + 1) * every);
    }

    Instant later(Instant tick, int count) {
      return tick.plusSeconds((long) count * every);
    }
  }

  public LatenessScenario(DatabaseServer server, StackPool stacks, Ticks ticks) {
    this.server = server;
    this.stacks = stacks;
    this.ticks = ticks;
  }

  @Override
  public void warmUp() throws Exception {
    stack = stacks.shared();
    app = stacks.newApp("ticks");
    // While it is paused, it and the other scenarios' rounds leave each other alone.
    app.pause();
    JobWriter.write(app, ticks.jobs(), this::document);
    tick(1);
  }

  private String document(int number) {
    return "{\"processor\":{\"type\":\"noop\"},\"priority\":"
        + number % PRIORITIES
        + ",\"trigger\":{\"cron\":\"*/"
        + ticks.every()
        + " * * * * *\"}}";
  }

  @Override
  public int warmUps() {
    return 1;
  }

  @Override
  public Measurement measure() throws Exception {
    server.checkpoint();
    try (StatementMeter meter = new StatementMeter(server, stack.database())) {
      StatementMeter.Reading before = meter.start();
      StartDelayStatistics starts = tick(1 + ticks.counted());
      StatementMeter.Reading after = meter.read();
      SampleSet late = starts.lateMillis();
      return Measurement.withoutRate(
              after.since(before, (long) ticks.jobs() * (1 + ticks.counted())))
          .with("jobs", ticks.jobs())
          .with("ticks", ticks.counted())
          .with("p50Millis", late.median())
          .with("p99Millis", late.percentile(99))
          .with("maxMillis", late.max())
          .with("p99MillisOfHighestPriority", starts.lateMillis(PRIORITIES - 1).percentile(99))
          .with("p50MillisOfLowestPriority", starts.lateMillis(0).median())
          .with("percentBeforeHigherPriority", starts.percentBeforeHigherPriority())
          .worst("lost", ticks.jobs() * ticks.counted() - late.count());
    }
  }

  /** Waits for this many ticks; returns the starts of all but the first, or of a single tick. */
  private StartDelayStatistics tick(int count) throws SQLException, InterruptedException {
    try (Connection connection = server.onlook(stack.database())) {
      TickObserver looks = new TickObserver(connection, app.name());
      Instant resumed = looks.clock();
      app.resume();
      // A tick during the call is incomplete.
      Instant first = ticks.firstAfter(looks.clock());
      Instant last = ticks.later(first, count - 1);
      Await.untilOrFailure(
          "all jobs have run at each tick",
          Duration.ofSeconds(60L + 2L * count * ticks.every()),
          POLL_INTERVAL,
          () -> looks.over(last));
      app.pause();
      Instant from = count == 1 ? first : ticks.later(first, 1);
      StartDelayStatistics starts =
          new StartDelayStatistics(looks.starts(resumed, from, ticks.later(first, count)));
      Await.untilOrFailure(
          "nothing is left of the ticks",
          Duration.ofMinutes(1),
          POLL_INTERVAL,
          looks::nothingActive);
      return starts;
    }
  }
}
