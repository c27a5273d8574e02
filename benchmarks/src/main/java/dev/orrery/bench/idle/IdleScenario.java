package dev.orrery.bench.idle;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.JobWriter;
import dev.orrery.bench.stack.SdkWorkerPool;
import dev.orrery.bench.stack.StackPool;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Measures the cost of waiting: jobs whose triggers do not fire, and workers without work, on a
 * fresh scheduler.
 */
public final class IdleScenario implements Scenario {
  /** Not within the next minute, and at no usual time of a measurement. */
  private static final String NOT_NOW = "0 0 3 1 1 *";

  private final DatabaseServer server;
  private final StackPool stacks;
  private final Load load;
  private BenchStack stack;
  private BenchApp app;

  /**
   * @param warmUp how long sessions wait before the first round, because the compilers continue for
   *     minutes after the handshakes and the first renewals
   * @param settle from the last session's agreement to the measurement: by then each has polled,
   *     and the first renewals are spread
   */
  public record Load(int jobs, int sessions, Duration warmUp, Duration settle, Duration measured) {}

  public IdleScenario(DatabaseServer server, StackPool stacks, Load load) {
    this.server = server;
    this.stacks = stacks;
    this.load = load;
  }

  @Override
  public void warmUp() throws Exception {
    stack = stacks.on(server.create("idle"));
    stack.startScheduler();
    app = stack.app("idle");
    String document =
        "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"cron\":\"" + NOT_NOW + "\"}}";
    JobWriter.write(app, load.jobs(), number -> document);
    try (SdkWorkerPool sessions = connect()) {
      TimeUnit.MILLISECONDS.sleep(load.warmUp().toMillis());
      sessions.requireAgreed();
    }
  }

  private SdkWorkerPool connect() throws InterruptedException {
    return SdkWorkerPool.connect(stack, app, load.sessions(), 20, context -> null);
  }

  @Override
  public Measurement measure() throws Exception {
    ProcessUse scheduler = new ProcessUse(stack.scheduler().handle());
    ProcessUse database = new ProcessUse(server.process());
    try (SdkWorkerPool sessions = connect();
        StatementMeter meter = new StatementMeter(server, stack.database())) {
      TimeUnit.MILLISECONDS.sleep(load.settle().toMillis());
      double schedulerCpu = scheduler.cpuSeconds();
      double databaseCpu = database.cpuSeconds();
      StatementMeter.Reading before = meter.start();
      TimeUnit.MILLISECONDS.sleep(load.measured().toMillis());
      StatementMeter.Reading after = meter.read();
      sessions.requireAgreed();
      double seconds = after.secondsSince(before);
      double perSecond = 100 / seconds;
      return Measurement.withoutRate(null)
          .with("jobs", load.jobs())
          .with("sessions", sessions.count())
          .with("seconds", seconds)
          .with("statementsPerSecond", (after.statements() - before.statements()) / seconds)
          .with("commitsPerSecond", (after.transactions() - before.transactions()) / seconds)
          .with("walBytesPerSecond", (after.walBytes() - before.walBytes()) / seconds)
          .with("schedulerCpuPercent", (scheduler.cpuSeconds() - schedulerCpu) * perSecond)
          .with("databaseCpuPercent", (database.cpuSeconds() - databaseCpu) * perSecond)
          .with("schedulerMegabytes", scheduler.megabytes())
          .with("databaseMegabytes", database.megabytes());
    }
  }
}
