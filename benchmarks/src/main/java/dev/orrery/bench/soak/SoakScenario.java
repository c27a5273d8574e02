package dev.orrery.bench.soak;

import dev.orrery.bench.ProgressPrinter;
import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.bench.measure.SampleSet;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchProgram;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * Applies a steady load for a long time, to find leaks and slowdown. It compares the first third of
 * the measured intervals with the last.
 */
public final class SoakScenario implements Scenario {
  private static final String JOB = "soak";
  private static final int MAX_SAMPLES = 60;

  private final DatabaseServer server;
  private final StackPool stacks;
  private final Load load;
  private final ProgressPrinter progress;
  private BenchStack stack;
  private BenchApp app;

  /**
   * @param perSecond submitted runs per second
   * @param warmUp before the first sample, at the same rate
   */
  public record Load(int perSecond, Duration warmUp, Duration measured) {}

  public SoakScenario(
      DatabaseServer server, StackPool stacks, Load load, ProgressPrinter progress) {
    this.server = server;
    this.stacks = stacks;
    this.load = load;
    this.progress = progress;
  }

  @Override
  public void warmUp() throws Exception {
    stack = stacks.shared();
    app = stacks.newApp("soak");
    app.putNoopJob(JOB);
    try (SteadyLoad clients = SteadyLoad.start(app, JOB, load.perSecond());
        Connection connection = server.onlook(stack.database())) {
      TimeUnit.MILLISECONDS.sleep(load.warmUp().toMillis());
      clients.stop();
      awaitNothingLeft(new QueueObserver(connection));
    }
  }

  @Override
  public Measurement measure() throws Exception {
    try (StatementMeter meter = new StatementMeter(server, stack.database());
        Connection connection = server.onlook(stack.database())) {
      QueueObserver queue = new QueueObserver(connection);
      long endedBefore = queue.succeeded(JOB);
      StatementMeter.Reading before = meter.start();
      List<SoakInterval> intervals;
      long submitted;
      try (SteadyLoad clients = SteadyLoad.start(app, JOB, load.perSecond())) {
        intervals = watch(queue, clients);
        clients.stop();
        submitted = clients.submitted();
      }
      awaitNothingLeft(queue);
      StatementMeter.Reading after = meter.read();
      long succeeded = queue.succeeded(JOB) - endedBefore;
      Measurement measurement =
          Measurement.of(succeeded / after.secondsSince(before), after.since(before, submitted))
              .with("instances", submitted)
              .worst("lost", submitted - succeeded);
      thirds(measurement, "PerSecond", intervals, SoakInterval::perSecond);
      thirds(measurement, "Waiting", intervals, SoakInterval::waiting);
      thirds(measurement, "SchedulerMegabytes", intervals, SoakInterval::schedulerMegabytes);
      thirds(measurement, "AgentsMegabytes", intervals, SoakInterval::agentsMegabytes);
      thirds(measurement, "DatabaseMegabytes", intervals, SoakInterval::databaseMegabytes);
      thirds(measurement, "QueueMegabytes", intervals, SoakInterval::queueMegabytes);
      thirds(measurement, "QueueIndexMegabytes", intervals, SoakInterval::queueIndexMegabytes);
      thirds(
          measurement, "HistoryBytesPerInstance", intervals, SoakInterval::historyBytesPerInstance);
      return measurement;
    }
  }

  private List<SoakInterval> watch(QueueObserver queue, SteadyLoad clients) throws Exception {
    ProcessUse scheduler = new ProcessUse(stack.scheduler().handle());
    ProcessUse database = new ProcessUse(server.process());
    List<SoakInterval> intervals = new ArrayList<>();
    int looks = (int) Math.max(3, Math.min(MAX_SAMPLES, load.measured().toSeconds()));
    long interval = load.measured().toNanos() / looks;
    long begun = System.nanoTime();
    long lastNanos = begun;
    QueueObserver.Look last = queue.look();
    long lastEnded = clients.submitted() - last.active();
    for (int i = 1; i <= looks; i++) {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, begun + i * interval - System.nanoTime()));
      clients.requireWell();
      QueueObserver.Look look = queue.look();
      long ended = clients.submitted() - look.active();
      long now = System.nanoTime();
      SoakInterval seen =
          new SoakInterval(
              (ended - lastEnded) * 1e9 / (now - lastNanos),
              look.active(),
              scheduler.megabytes(),
              agentsMegabytes(),
              database.megabytes(),
              look.queueBytes() / 1e6,
              look.queueIndexBytes() / 1e6,
              (double) (look.historyBytes() - last.historyBytes())
                  / Math.max(1, ended - lastEnded));
      intervals.add(seen);
      progress.say("soak %d/%d %s", i, looks, seen.line());
      last = look;
      lastEnded = ended;
      lastNanos = now;
    }
    return intervals;
  }

  private double agentsMegabytes() throws IOException {
    double sum = 0;
    for (BenchProgram agent : stack.agents()) {
      sum += agent.use().megabytes();
    }
    return sum;
  }

  private static void thirds(
      Measurement measurement,
      String name,
      List<SoakInterval> intervals,
      ToDoubleFunction<SoakInterval> figure) {
    int third = intervals.size() / 3;
    measurement.with("first" + name, median(intervals.subList(0, third), figure));
    measurement.with(
        "last" + name,
        median(intervals.subList(intervals.size() - third, intervals.size()), figure));
  }

  private static double median(
      List<SoakInterval> intervals, ToDoubleFunction<SoakInterval> figure) {
    return SampleSet.of(intervals.stream().map(figure::applyAsDouble).toList()).median();
  }

  private static void awaitNothingLeft(QueueObserver queue) throws InterruptedException {
    Await.untilOrFailure(
        "nothing of the load is left",
        Duration.ofMinutes(2),
        Duration.ofMillis(200),
        () -> queue.look().active() == 0);
  }
}
