package dev.orrery.bench.throughput;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.ProcessUse;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.SubmissionTarget;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;

/**
 * Measures the rate of instances that do nothing, submitted through the API in batches and run by
 * packaged agents: from the first call to the last accepted result, by the database's clock.
 */
public final class ThroughputScenario implements Scenario {
  private static final String WAITING =
      """
      select exists (
        select from instance i join job j on j.id = i.job_id where j.name = ?) as waiting
      """;

  private static final String ENDED =
      """
      select count(*) filter (where h.state = 10) as succeeded, max(h.ended_at) as last,
        coalesce(sum(h.attempt) - count(*), 0) as more_attempts
      from instance_history h join job j on j.id = h.job_id
      where j.name = ? and h.id = any(?)
      """;

  private final DatabaseServer server;
  private final Callable<SubmissionTarget> start;
  private final LoadJob job;
  private final Load load;
  private SubmissionTarget site;

  /**
   * @param batch runs per call, each with its own entry
   */
  public record Load(int instances, int batch) {}

  /**
   * @param start starts the system under measurement, at the warm-up
   */
  public ThroughputScenario(
      DatabaseServer server, Callable<SubmissionTarget> start, LoadJob job, Load load) {
    this.server = server;
    this.start = start;
    this.job = job;
    this.load = load;
  }

  @Override
  public void warmUp() throws Exception {
    site = start.call();
    site.apps().get(0).putJob(job.name(), job.document());
    run(load.instances());
  }

  @Override
  public int warmUps() {
    // Each replica sees only its share of the calls.
    return site.apps().size();
  }

  @Override
  public Measurement measure() throws Exception {
    server.checkpoint();
    return run(load.instances());
  }

  private Measurement run(int instances) throws Exception {
    ProcessUse database = new ProcessUse(server.process());
    BatchSubmitter submitter = new BatchSubmitter(site.apps(), job.entry(), load.batch());
    try (StatementMeter meter = new StatementMeter(server, site.database());
        Connection look = server.onlook(site.database())) {
      CostOfRuns ofSchedulers = CostOfRuns.begin("scheduler", site.schedulers());
      CostOfRuns ofAgents = CostOfRuns.begin("agents", site.agents());
      double databaseCpu = database.cpuSeconds();
      StatementMeter.Reading before = meter.start();
      List<String> answers = submitter.submit(instances);
      Instant submitted = meter.read().at();
      Await.untilOrFailure(
          "all instances have ended",
          Duration.ofSeconds(60 + instances / 200),
          Duration.ofMillis(50),
          () -> !isWaiting(look));
      StatementMeter.Reading after = meter.read();
      double databaseMicros = (database.cpuSeconds() - databaseCpu) * 1e6 / instances;

      List<Long> ids = answers.stream().flatMap(answer -> BenchApp.ids(answer).stream()).toList();
      Ended ended = ended(look, ids);
      double seconds = Duration.between(before.at(), ended.last()).toMillis() / 1000.0;
      double submitSeconds = Duration.between(before.at(), submitted).toMillis() / 1000.0;
      Measurement measurement =
          Measurement.of(ended.succeeded() / seconds, after.since(before, instances))
              .with("instances", ids.size())
              .with("submittedPerSecond", ids.size() / submitSeconds)
              .with("databaseCpuMicros", databaseMicros)
              .worst("lost", ids.size() - ended.succeeded())
              .worst("moreThanOneAttempt", ended.moreAttempts());
      ofSchedulers.addTo(measurement, instances);
      ofAgents.addTo(measurement, instances);
      return measurement;
    }
  }

  private boolean isWaiting(Connection connection) throws SQLException {
    return SqlStatement.of(connection, WAITING)
        .withText(job.name())
        .first(row -> row.getBoolean("waiting"))
        .orElseThrow();
  }

  private record Ended(long succeeded, Instant last, long moreAttempts) {}

  private Ended ended(Connection connection, List<Long> ids) throws SQLException {
    return SqlStatement.of(connection, ENDED)
        .withText(job.name())
        .bigints(ids)
        .first(
            row ->
                new Ended(
                    row.getLong("succeeded"),
                    SqlStatement.instant(row, "last"),
                    row.getLong("more_attempts")))
        .orElseThrow();
  }
}
