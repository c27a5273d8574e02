package dev.orrery.bench.flows;

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

/** Runs instances one at a time, and measures the duration of each by the database's clock. */
final class SingleRuns {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final Duration ASK_EVERY = Duration.ofMillis(2);

  private static final String ENDED =
      """
      select h.state = 10 as succeeded,
        extract(epoch from h.ended_at - h.due_at) * 1000 as millis
      from instance_history h where h.id = ?
      """;

  private final BenchApp app;
  private final Connection look;

  SingleRuns(BenchApp app, Connection look) {
    this.app = app;
    this.look = look;
  }

  /**
   * Milliseconds from creation to end.
   *
   * @param plain of an instance of the first job
   * @param flow of an instance of the second job
   */
  record Times(SampleSet plain, SampleSet flow) {}

  /** Runs two jobs in turn, so that disturbances of the machine affect both. */
  Times inTurn(String plain, String flow, int times) throws InterruptedException, SQLException {
    List<Double> plainMillis = new ArrayList<>();
    List<Double> flowMillis = new ArrayList<>();
    for (int i = 0; i < times; i++) {
      plainMillis.add(millis(plain));
      flowMillis.add(millis(flow));
    }
    return new Times(SampleSet.of(plainMillis), SampleSet.of(flowMillis));
  }

  private double millis(String job) throws InterruptedException, SQLException {
    long id = Long.parseLong(app.run(job, "{}"));
    Await.untilOrFailure(
        "instance " + id + " of " + job + " has ended",
        LONGEST,
        ASK_EVERY,
        () -> !ended(id).isEmpty());
    Ended ended = ended(id).get(0);
    if (!ended.succeeded()) {
      throw new BenchException("Instance " + id + " of " + job + " did not succeed");
    }
    return ended.millis();
  }

  private record Ended(boolean succeeded, double millis) {}

  private List<Ended> ended(long id) throws SQLException {
    return SqlStatement.of(look, ENDED)
        .with(id)
        .list(row -> new Ended(row.getBoolean("succeeded"), row.getDouble("millis")));
  }
}
