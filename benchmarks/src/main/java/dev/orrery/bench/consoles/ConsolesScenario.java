package dev.orrery.bench.consoles;

import dev.orrery.bench.ProgressPrinter;
import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.soak.SteadyLoad;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.ConsoleSession;
import dev.orrery.bench.stack.SdkWorkerPool;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Measures the cost of open consoles: it alternates between phases with and without consoles on a
 * loaded scheduler with a backlog.
 */
public final class ConsolesScenario implements Scenario {
  private static final String JOB = "steady";
  private static final int MAX_CALL = 20_000;

  /** The number of jobs per waiting reason. */
  private static final int JOBS_OF_A_REASON = 10;

  private static final int FAILING_JOBS = 5;
  private static final int FAILURES_OF_A_JOB = 20;

  /** The number of jobs in the strip of the next fires. */
  private static final int FIRING_JOBS = 20;

  /** One console out of this many belongs to an admin and also reads the cluster. */
  private static final int ADMINS = 2;

  private static final String SUCCEEDED =
      """
      select count(*) as n from instance_history h
      where h.job_id = (select id from job where name = ?) and h.state = 10
        and h.ended_at > ? and h.ended_at <= ?
      """;

  private static final String ACTIVE =
      """
      select exists (
        select from instance i join job j on j.id = i.job_id where j.name like ?) as active
      """;

  private final DatabaseServer server;
  private final StackPool stacks;
  private final Load load;
  private final ProgressPrinter progress;
  private final List<String> failing =
      IntStream.range(0, FAILING_JOBS).mapToObj(i -> "failing-" + i).toList();
  private final List<ConsoleSession> sessions = new ArrayList<>();
  private OverviewRead.Page page;
  private BenchStack stack;
  private BenchApp app;

  /**
   * Sizes of a round.
   *
   * @param waiting waiting instances
   * @param perSecond submitted runs per second
   * @param settle from a change to the measurement
   */
  public record Load(
      int consoles,
      int waiting,
      int perSecond,
      StackPool.Agents agents,
      Duration warmUp,
      Duration settle,
      Duration measured) {}

  public ConsolesScenario(
      DatabaseServer server, StackPool stacks, Load load, ProgressPrinter progress) {
    this.server = server;
    this.stacks = stacks;
    this.load = load;
    this.progress = progress;
  }

  @Override
  public void warmUp() throws Exception {
    page = OverviewRead.load();
    stack = stacks.on(server.create("consoles"));
    stack.startScheduler();
    app = stack.app("consoles");
    app.putNoopJob(JOB);
    fail();
    for (int i = 0; i < FIRING_JOBS; i++) {
      app.putJob(
          "firing-" + i,
          "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"cron\":\"0 " + i * 3 + " * * * *\"}}");
    }
    backlog();
    for (int i = 0; i < load.agents().count(); i++) {
      stack.startAgent(app, load.agents().capacity());
    }
    for (int i = 0; i < load.consoles(); i++) {
      sessions.add(stack.signIn(app, i % ADMINS == 0, page.headers()));
    }
    server.checkpoint();
    try (SteadyLoad clients = SteadyLoad.start(app, JOB, load.perSecond());
        Connection look = server.onlook(stack.database());
        Consoles consoles = new Consoles()) {
      TimeUnit.MILLISECONDS.sleep(load.warmUp().toMillis());
      Await.untilOrFailure(
          "a console has an answer",
          Duration.ofMinutes(1),
          Duration.ofMillis(50),
          consoles.times::hasCalls);
      clients.stop();
      awaitNothingLeft(look);
    }
  }

  private void fail() throws Exception {
    try (SdkWorkerPool workers =
            SdkWorkerPool.connect(
                stack,
                app,
                1,
                100,
                context -> {
                  throw new IllegalStateException("Connection refused: db-17.internal:5432");
                });
        Connection look = server.onlook(stack.database())) {
      for (String job : failing) {
        app.putNoopJob(job);
        submit(job, FAILURES_OF_A_JOB, "");
      }
      Await.untilOrFailure(
          "the failing jobs have failed",
          Duration.ofMinutes(1),
          Duration.ofMillis(50),
          () -> !isActive(look, "failing-%"));
      workers.requireAgreed();
    }
  }

  /**
   * Creates the backlog: a third each waits for a worker with a tag, for a resume, and for a time.
   */
  private void backlog() throws InterruptedException {
    int ofJob = Math.max(1, load.waiting() / 3 / JOBS_OF_A_REASON);
    for (int i = 0; i < JOBS_OF_A_REASON; i++) {
      app.putJob(
          "elsewhere-" + i,
          "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"tag-" + i + "\"]}");
      app.putNoopJob("paused-" + i);
      app.pauseJob("paused-" + i);
      app.putNoopJob("later-" + i);
      submit("elsewhere-" + i, ofJob, "");
      submit("paused-" + i, ofJob, "");
      submit("later-" + i, ofJob, ",\"runAt\":\"2100-01-01T00:00:00Z\"");
    }
  }

  private void submit(String job, int count, String more) throws InterruptedException {
    for (int left = count; left > 0; left -= MAX_CALL) {
      app.submit(
          "{\"instances\":[{\"job\":\""
              + job
              + "\",\"count\":"
              + Math.min(left, MAX_CALL)
              + more
              + "}]}");
    }
  }

  /** All consoles of the scenario, until they are closed. */
  private final class Consoles implements AutoCloseable {
    private final CallTimes times = new CallTimes();
    private final ScheduledExecutorService clock = new ScheduledThreadPoolExecutor(2);
    private final List<OpenConsole> consoles;

    private Consoles() {
      consoles =
          sessions.stream()
              .map(session -> new OpenConsole(session, app.name(), clock, times))
              .toList();
      for (int i = 0; i < consoles.size(); i++) {
        consoles.get(i).open(page.reads(), (double) i / consoles.size());
      }
    }

    @Override
    public void close() {
      consoles.forEach(OpenConsole::close);
      clock.shutdownNow();
    }
  }

  /** The cost of the scheduler per second of a time span. */
  private record Cost(
      StatementMeter.Reading before,
      StatementMeter.Reading after,
      double schedulerCpuPercent,
      double databaseCpuPercent,
      double statements) {
    private String line() {
      return String.format(
          Locale.ROOT,
          "scheduler %.1f %%, database %.1f %%, %.1f statements a second",
          schedulerCpuPercent,
          databaseCpuPercent,
          statements);
    }
  }

  @Override
  public Measurement measure() throws Exception {
    try (StatementMeter meter = new StatementMeter(server, stack.database());
        Connection look = server.onlook(stack.database())) {
      StatementMeter.Reading begun = meter.read();
      return measure(meter, look, begun);
    }
  }

  private Measurement measure(StatementMeter meter, Connection look, StatementMeter.Reading begun)
      throws Exception {
    try (SteadyLoad clients = SteadyLoad.start(app, JOB, load.perSecond())) {
      Cost without = cost(clients);
      CallTimes.Summary calls;
      Cost with;
      try (Consoles consoles = new Consoles()) {
        TimeUnit.MILLISECONDS.sleep(load.settle().toMillis());
        consoles.times.reset();
        with = cost(clients);
        calls = consoles.times.summary();
      }
      clients.stop();
      awaitNothingLeft(look);
      long ended = ended(look, begun, meter.read());
      progress.say("consoles without %s", without.line());
      progress.say("consoles with    %s", with.line());
      double seconds = with.after().secondsSince(with.before());
      return Measurement.withoutRate(null)
          .with("consoles", sessions.size())
          .with("waiting", load.waiting())
          .with("seconds", seconds)
          .with("endedPerSecondWithout", endedPerSecond(look, without))
          .with("endedPerSecondWith", endedPerSecond(look, with))
          .with("callsPerSecond", calls.calls() / seconds)
          .with("bytesOfCall", calls.bytesOfCall())
          .with("callP50Millis", calls.p50Millis())
          .with("callP99Millis", calls.p99Millis())
          .with("schedulerCpuPercentWithout", without.schedulerCpuPercent())
          .with("schedulerCpuPercentWith", with.schedulerCpuPercent())
          .with("schedulerCpuRatio", with.schedulerCpuPercent() / without.schedulerCpuPercent())
          .with("databaseCpuPercentWithout", without.databaseCpuPercent())
          .with("databaseCpuPercentWith", with.databaseCpuPercent())
          .with("databaseCpuRatio", with.databaseCpuPercent() / without.databaseCpuPercent())
          .with("statementsPerSecondWithout", without.statements())
          .with("statementsPerSecondWith", with.statements())
          .with("statementsRatio", with.statements() / without.statements())
          .worst("callsRefused", calls.refused())
          .worst("lost", clients.submitted() - ended);
    }
  }

  private Cost cost(SteadyLoad clients) throws Exception {
    ProcessUse scheduler = new ProcessUse(stack.scheduler().handle());
    ProcessUse database = new ProcessUse(server.process());
    try (StatementMeter meter = new StatementMeter(server, stack.database())) {
      TimeUnit.MILLISECONDS.sleep(load.settle().toMillis());
      double schedulerCpu = scheduler.cpuSeconds();
      double databaseCpu = database.cpuSeconds();
      StatementMeter.Reading before = meter.start();
      TimeUnit.MILLISECONDS.sleep(load.measured().toMillis());
      StatementMeter.Reading after = meter.read();
      clients.requireWell();
      double perSecond = 1 / after.secondsSince(before);
      return new Cost(
          before,
          after,
          (scheduler.cpuSeconds() - schedulerCpu) * 100 * perSecond,
          (database.cpuSeconds() - databaseCpu) * 100 * perSecond,
          (after.statements() - before.statements()) * perSecond);
    }
  }

  private static double endedPerSecond(Connection look, Cost cost) throws SQLException {
    return ended(look, cost.before(), cost.after()) / cost.after().secondsSince(cost.before());
  }

  private static long ended(
      Connection look, StatementMeter.Reading after, StatementMeter.Reading until)
      throws SQLException {
    return SqlStatement.of(look, SUCCEEDED)
        .withText(JOB)
        .withInstant(after.at())
        .withInstant(until.at())
        .first(row -> row.getLong("n"))
        .orElseThrow();
  }

  private static void awaitNothingLeft(Connection look) throws InterruptedException {
    Await.untilOrFailure(
        "nothing of the load is left",
        Duration.ofMinutes(2),
        Duration.ofMillis(200),
        () -> !isActive(look, JOB));
  }

  private static boolean isActive(Connection look, String jobs) throws SQLException {
    return SqlStatement.of(look, ACTIVE)
        .withText(jobs)
        .first(row -> row.getBoolean("active"))
        .orElseThrow();
  }
}
