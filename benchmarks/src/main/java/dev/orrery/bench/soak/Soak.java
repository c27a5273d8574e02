package dev.orrery.bench.soak;

import dev.orrery.bench.Await;
import dev.orrery.bench.Progress;
import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.bench.measure.Samples;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.Meter;
import dev.orrery.bench.stack.App;
import dev.orrery.bench.stack.Stack;
import dev.orrery.bench.stack.Stacks;
import java.io.IOException;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * A steady load for long: whether anything grows that should not, or gets slower. It is looked at
 * in equal intervals; told are the first third of them and the last.
 */
public final class Soak implements Scenario {
  private static final String JOB = "soak";
  private static final int MOST_LOOKS = 60;

  private final DatabaseServer server;
  private final Stacks stacks;
  private final Load load;
  private final Progress progress;
  private Stack stack;
  private App app;

  /**
   * @param perSecond runs that are submitted a second
   * @param warmUp before the first look, at the same rate
   */
  public record Load(int perSecond, Duration warmUp, Duration measured) {}

  public Soak(DatabaseServer server, Stacks stacks, Load load, Progress progress) {
    this.server = server;
    this.stacks = stacks;
    this.load = load;
    this.progress = progress;
  }

  @Override
  public String name() {
    return "soak";
  }

  @Override
  public void warmUp() throws Exception {
    stack = stacks.shared();
    app = stacks.newApp("soak");
    app.putNoopJob(JOB);
    try (SteadyClients clients = SteadyClients.start(app, JOB, load.perSecond());
        Connection connection = server.onlook(stack.database())) {
      TimeUnit.MILLISECONDS.sleep(load.warmUp().toMillis());
      clients.stop();
      awaitNothingLeft(new QueueLooks(connection));
    }
  }

  @Override
  public Measurement measure() throws Exception {
    try (Meter meter = new Meter(server, stack.database());
        Connection connection = server.onlook(stack.database())) {
      QueueLooks queue = new QueueLooks(connection);
      long endedBefore = queue.succeeded(JOB);
      Meter.Reading before = meter.start();
      List<Interval> intervals;
      long submitted;
      try (SteadyClients clients = SteadyClients.start(app, JOB, load.perSecond())) {
        intervals = watch(queue, clients);
        clients.stop();
        submitted = clients.submitted();
      }
      awaitNothingLeft(queue);
      Meter.Reading after = meter.read();
      long succeeded = queue.succeeded(JOB) - endedBefore;
      Measurement measurement =
          Measurement.of(succeeded / after.secondsSince(before), after.since(before, submitted))
              .with("instances", submitted)
              .worst("lost", submitted - succeeded);
      thirds(measurement, "PerSecond", intervals, Interval::perSecond);
      thirds(measurement, "Waiting", intervals, Interval::waiting);
      thirds(measurement, "SchedulerMegabytes", intervals, Interval::schedulerMegabytes);
      thirds(measurement, "AgentsMegabytes", intervals, Interval::agentsMegabytes);
      thirds(measurement, "DatabaseMegabytes", intervals, Interval::databaseMegabytes);
      thirds(measurement, "QueueMegabytes", intervals, Interval::queueMegabytes);
      thirds(measurement, "QueueIndexMegabytes", intervals, Interval::queueIndexMegabytes);
      thirds(measurement, "HistoryBytesPerInstance", intervals, Interval::historyBytesPerInstance);
      return measurement;
    }
  }

  private List<Interval> watch(QueueLooks queue, SteadyClients clients) throws Exception {
    ProcessUse scheduler = new ProcessUse(stack.scheduler().handle());
    ProcessUse database = new ProcessUse(server.process());
    List<Interval> intervals = new ArrayList<>();
    int looks = (int) Math.max(3, Math.min(MOST_LOOKS, load.measured().toSeconds()));
    long interval = load.measured().toNanos() / looks;
    long begun = System.nanoTime();
    long lastNanos = begun;
    QueueLooks.Look last = queue.look();
    long lastEnded = clients.submitted() - last.active();
    for (int i = 1; i <= looks; i++) {
      TimeUnit.NANOSECONDS.sleep(Math.max(0, begun + i * interval - System.nanoTime()));
      clients.requireWell();
      QueueLooks.Look look = queue.look();
      long ended = clients.submitted() - look.active();
      long now = System.nanoTime();
      Interval seen =
          new Interval(
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
    for (var agent : stack.agents()) {
      sum += new ProcessUse(agent.handle()).megabytes();
    }
    return sum;
  }

  private static void thirds(
      Measurement measurement,
      String name,
      List<Interval> intervals,
      ToDoubleFunction<Interval> figure) {
    int third = intervals.size() / 3;
    measurement.with("first" + name, median(intervals.subList(0, third), figure));
    measurement.with(
        "last" + name,
        median(intervals.subList(intervals.size() - third, intervals.size()), figure));
  }

  private static double median(List<Interval> intervals, ToDoubleFunction<Interval> figure) {
    return Samples.of(intervals.stream().map(figure::applyAsDouble).toList()).median();
  }

  private static void awaitNothingLeft(QueueLooks queue) throws InterruptedException {
    Await.until(
        "nothing of the load is left",
        Duration.ofMinutes(2),
        Duration.ofMillis(200),
        () -> queue.look().active() == 0);
  }
}
