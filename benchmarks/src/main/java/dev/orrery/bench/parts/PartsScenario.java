package dev.orrery.bench.parts;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.measure.SampleSet;
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
 * Measures one instance with many shards that do nothing, run by packaged agents: from the call to
 * the end of the instance, by the database's clock. Then measures the start of plain runs beside
 * several such instances.
 */
public final class PartsScenario implements Scenario {
  private static final String JOB = "parts";
  private static final String PLAIN = "plain";

  private static final String ACTIVE =
      """
      select exists (
        select from instance i where i.id = any(?) or i.parent_id = any(?)) as active
      """;

  private static final String ENDED =
      """
      select count(*) filter (where p.state = 10) as succeeded,
        coalesce(sum(p.attempt) - count(*), 0) as more_attempts,
        (select h.ended_at from instance_history h where h.id = ? and h.state = 10) as parent_ended
      from part_history p where p.parent_id = ?
      """;

  private final DatabaseServer server;
  private final Callable<SubmissionTarget> start;
  private final Load load;
  private SubmissionTarget site;

  /**
   * @param parallelism the most shards of an instance that wait or run at once
   * @param trees instances beside which plain runs start
   */
  public record Load(int shards, int parallelism, int trees) {}

  /**
   * @param start starts the system under measurement, at the warm-up
   */
  public PartsScenario(DatabaseServer server, Callable<SubmissionTarget> start, Load load) {
    this.server = server;
    this.start = start;
    this.load = load;
  }

  @Override
  public void warmUp() throws Exception {
    site = start.call();
    app()
        .putJob(
            JOB,
            "{\"processor\":{\"type\":\"noop\"},\"fanOut\":{\"type\":\"shards\",\"count\":"
                + load.shards()
                + ",\"parallelism\":"
                + load.parallelism()
                + "}}");
    app().putNoopJob(PLAIN);
    run();
  }

  private BenchApp app() {
    return site.apps().get(0);
  }

  @Override
  public int warmUps() {
    return 1;
  }

  @Override
  public Measurement measure() throws Exception {
    server.checkpoint();
    Measurement measurement = run();
    try (Connection look = server.onlook(site.database())) {
      SampleSet delays =
          new RunsBesideTrees(app(), look, longest().multipliedBy(load.trees()))
              .startDelays(PLAIN, JOB, load.trees());
      return measurement
          .with("trees", load.trees())
          .with("runsBesideTrees", delays.count())
          .with("startBesideTreesP50Millis", delays.median())
          .with("startBesideTreesP99Millis", delays.percentile(99));
    }
  }

  private Duration longest() {
    return Duration.ofSeconds(60 + load.shards() / 100);
  }

  private Measurement run() throws Exception {
    try (StatementMeter meter = new StatementMeter(server, site.database());
        Connection look = server.onlook(site.database())) {
      StatementMeter.Reading before = meter.start();
      long parent = Long.parseLong(app().run(JOB, "{}"));
      Await.untilOrFailure(
          "the instance and its shards have ended",
          longest(),
          Duration.ofMillis(20),
          () -> !isActive(look, List.of(parent)));
      StatementMeter.Reading after = meter.read();
      double looks = meter.looksAtParents();

      Ended ended = ended(look, parent);
      boolean parentSucceeded = ended.parent() != null;
      Instant last = parentSucceeded ? ended.parent() : after.at();
      double seconds = Duration.between(before.at(), last).toMillis() / 1000.0;
      return Measurement.of(ended.succeeded() / seconds, after.since(before, load.shards()))
          .with("shards", load.shards())
          .with("parallelism", load.parallelism())
          .with("looks", looks)
          .with("looksPerShard", looks / load.shards())
          .worst("lost", load.shards() - ended.succeeded() + (parentSucceeded ? 0 : 1))
          .worst("moreThanOneAttempt", ended.moreAttempts());
    }
  }

  /** Returns true if one of the instances or of their parts has not ended. */
  static boolean isActive(Connection connection, List<Long> ids) throws SQLException {
    return SqlStatement.of(connection, ACTIVE)
        .bigints(ids)
        .bigints(ids)
        .first(row -> row.getBoolean("active"))
        .orElseThrow();
  }

  /**
   * @param parent when it ended; null unless it succeeded
   */
  private record Ended(long succeeded, Instant parent, long moreAttempts) {}

  private static Ended ended(Connection connection, long parent) throws SQLException {
    return SqlStatement.of(connection, ENDED)
        .with(parent)
        .with(parent)
        .first(
            row ->
                new Ended(
                    row.getLong("succeeded"),
                    SqlStatement.instant(row, "parent_ended"),
                    row.getLong("more_attempts")))
        .orElseThrow();
  }
}
