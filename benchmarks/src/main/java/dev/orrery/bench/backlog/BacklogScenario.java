package dev.orrery.bench.backlog;

import dev.orrery.bench.Scenario;
import dev.orrery.bench.measure.Measurement;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.bench.stack.BenchStack;
import dev.orrery.bench.stack.StackPool;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Measures how fast instances are claimed from a backlog: with a growing number of waiting
 * instances, behind ineligible instances of a higher priority, and while another transaction is
 * open. Workers of the SDK run in this process. The scenario submits as many instances as it
 * claims, so the backlog stays constant.
 */
public final class BacklogScenario implements Scenario {
  private static final int MAX_CALL = 20_000;

  /** The warm-up, as a multiple of the measured time of a case. */
  private static final int WARM_UP = 3;

  private final DatabaseServer server;
  private final StackPool stacks;
  private final Depths depths;
  private BenchStack stack;
  private BenchApp app;

  /**
   * Sizes of the backlog.
   *
   * @param ineligible the number of instances of each ineligible kind, ahead of the others
   * @param settle from the first claim to the measurement
   */
  public record Depths(
      int low, int middle, int high, int ineligible, Duration settle, Duration measured) {}

  public BacklogScenario(DatabaseServer server, StackPool stacks, Depths depths) {
    this.server = server;
    this.stacks = stacks;
    this.depths = depths;
  }

  @Override
  public void warmUp() throws Exception {
    stack = stacks.shared();
    app = stack.app("backlog");
    app.putNoopJob(ClaimLoad.JOB);
    app.putJob("later", ineligible(""));
    app.putJob("paused", ineligible(""));
    app.putJob("elsewhere", ineligible(",\"requiredTags\":[\"a-tag-of-no-worker\"]"));
    app.pauseJob("paused");
    submit(ClaimLoad.JOB, depths.low(), "");
    claims().measure(depths.measured().multipliedBy(WARM_UP), depths.settle());
    empty();
  }

  private static String ineligible(String more) {
    return "{\"processor\":{\"type\":\"noop\"},\"priority\":9" + more + "}";
  }

  private ClaimLoad claims() {
    return new ClaimLoad(server, stack, app);
  }

  @Override
  public Measurement measure() throws Exception {
    Map<String, ClaimLoad.Rate> rates = new LinkedHashMap<>();
    try {
      submit(ClaimLoad.JOB, depths.low(), "");
      rates.put("low", rate());
      rates.put("lowWithOpenTransaction", rateWithOpenTransaction());
      submit(ClaimLoad.JOB, depths.middle() - depths.low(), "");
      rates.put("middle", rate());
      submit(ClaimLoad.JOB, depths.high() - depths.middle(), "");
      rates.put("high", rate());
      submit("later", depths.ineligible(), ",\"runAt\":\"2100-01-01T00:00:00Z\"");
      submit("paused", depths.ineligible(), "");
      submit("elsewhere", depths.ineligible(), "");
      rates.put("highBehindIneligible", rate());
      rates.put("highWithOpenTransaction", rateWithOpenTransaction());
    } finally {
      empty();
    }
    return measurement(rates);
  }

  private Measurement measurement(Map<String, ClaimLoad.Rate> rates) {
    double low = rates.get("low").perSecond();
    ClaimLoad.Rate high = rates.get("high");
    Measurement measurement =
        Measurement.of(high.perSecond(), high.cost())
            .with("low", depths.low())
            .with("middle", depths.middle())
            .with("high", depths.high())
            .with("ineligible", 3L * depths.ineligible());
    rates.forEach((name, rate) -> measurement.with(name + "PerSecond", rate.perSecond()));
    rates.forEach((name, rate) -> measurement.with(name + "RatioToLow", rate.perSecond() / low));
    rates.forEach((name, rate) -> measurement.with(name + "ClaimMicros", rate.claimMicros()));
    return measurement;
  }

  private ClaimLoad.Rate rate() throws Exception {
    server.checkpoint();
    return claims().measure(depths.settle(), depths.measured());
  }

  /** Measures while another database user keeps a transaction open after a query. */
  private ClaimLoad.Rate rateWithOpenTransaction() throws Exception {
    try (Connection elsewhere = server.onlook(stack.database());
        Statement statement = elsewhere.createStatement()) {
      elsewhere.setAutoCommit(false);
      elsewhere.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      statement.executeQuery("select count(*) from app").close();
      ClaimLoad.Rate rate = rate();
      elsewhere.rollback();
      return rate;
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

  /** Empties the tables for the next round; no other scenario has pending work in them. */
  private void empty() throws SQLException {
    try (Connection connection = server.onlook(stack.database());
        Statement statement = connection.createStatement()) {
      statement.execute("truncate instance, instance_history");
    }
  }
}
