package dev.orrery.it;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;

/**
 * An app with a job that fires every second, and its own worker in this process. Detects delays.
 */
public final class EverySecond implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String ENDED =
      "select count(*) as fires, coalesce(max(extract(epoch from h.started_at - h.due_at)), 0) as"
          + " latest from instance_history h join job j on j.id = h.job_id"
          + " where j.name = 'tick' and h.due_at >= ? and h.due_at < ?";
  private static final String ACTIVE =
      "select count(*) as fires, 0 as latest from instance i join job j on j.id = i.job_id"
          + " where j.name = 'tick' and i.due_at >= ? and i.due_at < ?";
  private static final String NOT_FIRED =
      "select count(*) as fires, 0 as latest from trigger t join job j on j.id = t.job_id"
          + " where j.name = 'tick' and t.next_fire_at >= ? and t.next_fire_at < ?";

  private final Stack stack;
  private final OrreryWorker worker;

  private EverySecond(Stack stack, OrreryWorker worker) {
    this.stack = stack;
    this.worker = worker;
  }

  /**
   * The fires of a time span.
   *
   * @param latestSeconds the maximum time from due time to start
   */
  public record Fires(int count, double latestSeconds) {}

  /**
   * Returns after the first fire.
   *
   * @param app without another job {@code tick}; created if it does not exist
   */
  public static EverySecond start(Stack stack, String app) {
    stack.api().putApp(app);
    stack
        .api()
        .putJob(
            app,
            "tick",
            "{\"processor\":{\"type\":\"noop\"},\"trigger\":{\"cron\":\"* * * * * *\"}}");
    Instant before = Instant.now();
    EverySecond started =
        new EverySecond(
            stack,
            WorkerSettings.of(app, stack.api().newToken(app, "worker"))
                .server("http://localhost:" + stack.apiPort())
                .processor("noop", context -> null)
                .start());
    Await.until(
        "it has fired", SOON, () -> started.look(ENDED, before, before.plus(SOON)).count() > 0);
    return started;
  }

  /** Waits until all fires of this time span have ended. */
  public Fires between(Instant from, Instant until) throws SQLException {
    Await.until(
        "nothing of it is left",
        SOON,
        () -> look(NOT_FIRED, from, until).count() == 0 && look(ACTIVE, from, until).count() == 0);
    return look(ENDED, from, until);
  }

  private Fires look(String query, Instant from, Instant until) throws SQLException {
    try (Connection connection = stack.connect();
        PreparedStatement statement = connection.prepareStatement(query)) {
      statement.setTimestamp(1, Timestamp.from(from));
      statement.setTimestamp(2, Timestamp.from(until));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return new Fires(row.getInt("fires"), row.getDouble("latest"));
      }
    }
  }

  @Override
  public void close() {
    worker.close();
  }
}
