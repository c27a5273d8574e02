package dev.orrery.bench.flows;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.flows.SingleRuns.Times;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.StatementMeter;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.SubmissionTarget;
import dev.orrery.bench.throughput.BatchSubmitter;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Measures the rate and duration of flows whose noop nodes run one after the other, run by packaged
 * agents: first single flows in turn with single runs, then many flows at once, from the first call
 * to the last end. All times are by the database's clock.
 */
public final class FlowsScenario implements Scenario {
  private static final String JOB = "node";
  private static final String FLOW = "flow";
  private static final int NODES = 10;

  private static final String WAITING =
      """
      select exists (
        select from instance i join job j on j.id = i.job_id where j.name = ?) as waiting
      """;

  private static final String ENDED =
      """
      select count(*) filter (where h.state = 10) as flows, max(h.ended_at) as last
      from instance_history h where h.id = any(?)
      """;

  private static final String ENDED_NODES =
      """
      select count(*) filter (where n.state = 10) as nodes,
        coalesce(sum(h.attempt) - count(h.id), 0) as more_attempts
      from flow_node n left join instance_history h on h.id = n.instance_id
      where n.flow_id = any(?)
      """;

  private final DatabaseServer server;
  private final Callable<SubmissionTarget> start;
  private final Load load;
  private SubmissionTarget site;

  /**
   * @param flows that run at once
   * @param singles flows that run one at a time
   */
  public record Load(int flows, int singles, int batch) {}

  /**
   * @param start starts the system under measurement, at the warm-up
   */
  public FlowsScenario(DatabaseServer server, Callable<SubmissionTarget> start, Load load) {
    this.server = server;
    this.start = start;
    this.load = load;
  }

  @Override
  public void warmUp() throws Exception {
    site = start.call();
    app().putNoopJob(JOB);
    app().putJob(FLOW, "{\"processor\":{\"type\":\"flow\",\"nodes\":[" + nodes() + "]}}");
    measure();
  }

  private static String nodes() {
    return IntStream.range(0, NODES)
        .mapToObj(
            node ->
                "{\"name\":\"%d\",\"job\":\"%s\",\"needs\":[%s]}"
                    .formatted(node, JOB, node == 0 ? "" : "\"" + (node - 1) + "\""))
        .collect(Collectors.joining(","));
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
    try (Connection look = server.onlook(site.database())) {
      Times singles = new SingleRuns(app(), look).inTurn(JOB, FLOW, load.singles());
      server.checkpoint();
      return many(look)
          .with("singles", load.singles())
          .with("runP50Millis", singles.plain().median())
          .with("flowP50Millis", singles.flow().median())
          .with("flowP99Millis", singles.flow().percentile(99))
          .with("flowRatioToRun", singles.flow().median() / singles.plain().median());
    }
  }

  private Measurement many(Connection look) throws Exception {
    BatchSubmitter submitter =
        new BatchSubmitter(site.apps(), "{\"job\":\"" + FLOW + "\"}", load.batch());
    long nodes = (long) load.flows() * NODES;
    try (StatementMeter meter = new StatementMeter(server, site.database())) {
      StatementMeter.Reading before = meter.start();
      List<String> answers = submitter.submit(load.flows());
      Await.untilOrFailure(
          "all flows have ended",
          Duration.ofSeconds(60 + nodes / 100),
          Duration.ofMillis(20),
          () -> !isWaiting(look));
      StatementMeter.Reading after = meter.read();
      double looks = meter.looksAtParents();

      List<Long> ids = answers.stream().flatMap(answer -> BenchApp.ids(answer).stream()).toList();
      Ended ended = ended(look, ids);
      EndedNodes endedNodes = endedNodes(look, ids);
      double seconds = Duration.between(before.at(), ended.last()).toMillis() / 1000.0;
      return Measurement.of(endedNodes.succeeded() / seconds, after.since(before, nodes))
          .with("flows", ids.size())
          .with("nodes", nodes)
          .with("looks", looks)
          .with("looksPerNode", looks / nodes)
          .worst("lost", ids.size() - ended.succeeded() + nodes - endedNodes.succeeded())
          .worst("moreThanOneAttempt", endedNodes.moreAttempts());
    }
  }

  private static boolean isWaiting(Connection connection) throws SQLException {
    return SqlStatement.of(connection, WAITING)
        .withText(FLOW)
        .first(row -> row.getBoolean("waiting"))
        .orElseThrow();
  }

  private record Ended(long succeeded, Instant last) {}

  private static Ended ended(Connection connection, List<Long> ids) throws SQLException {
    return SqlStatement.of(connection, ENDED)
        .bigints(ids)
        .first(row -> new Ended(row.getLong("flows"), SqlStatement.instant(row, "last")))
        .orElseThrow();
  }

  private record EndedNodes(long succeeded, long moreAttempts) {}

  private static EndedNodes endedNodes(Connection connection, List<Long> ids) throws SQLException {
    return SqlStatement.of(connection, ENDED_NODES)
        .bigints(ids)
        .first(row -> new EndedNodes(row.getLong("nodes"), row.getLong("more_attempts")))
        .orElseThrow();
  }
}
