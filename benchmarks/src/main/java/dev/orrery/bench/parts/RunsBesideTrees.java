package dev.orrery.bench.parts;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.measure.SampleSet;
import dev.orrery.bench.stack.BenchApp;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Submits a run of a plain job each second while several instances with shards run in the same app,
 * and measures how long each waits for its start, by the database's clock.
 */
final class RunsBesideTrees {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private static final String STARTED =
      """
      select extract(epoch from h.started_at - h.due_at) * 1000 as millis
      from instance_history h where h.id = any(?) and h.state = 10
      """;

  private final BenchApp app;
  private final Connection look;
  private final Duration longest;

  /**
   * @param longest until all instances have ended
   */
  RunsBesideTrees(BenchApp app, Connection look, Duration longest) {
    this.app = app;
    this.look = look;
    this.longest = longest;
  }

  /**
   * Runs them until all trees have ended.
   *
   * @param tree the job with shards
   * @param trees its instances, which start at once
   * @return milliseconds from the due time to the start of each plain run
   */
  SampleSet startDelays(String plain, String tree, int trees)
      throws InterruptedException, SQLException {
    List<Long> parents = new ArrayList<>();
    for (int i = 0; i < trees; i++) {
      parents.add(Long.parseLong(app.run(tree, "{}")));
    }
    List<Long> runs = new ArrayList<>();
    Await.untilOrFailure(
        "all instances with shards have ended",
        longest,
        PAUSE,
        () -> {
          runs.add(Long.parseLong(app.run(plain, "{}")));
          return !PartsScenario.isActive(look, parents);
        });
    Await.untilOrFailure(
        "all plain runs have ended", longest, PAUSE, () -> !PartsScenario.isActive(look, runs));
    List<Double> delays =
        SqlStatement.of(look, STARTED).bigints(runs).list(row -> row.getDouble("millis"));
    if (delays.size() < runs.size()) {
      throw new BenchException(
          "%d of %d runs of %s did not succeed"
              .formatted(runs.size() - delays.size(), runs.size(), plain));
    }
    return SampleSet.of(delays);
  }
}
