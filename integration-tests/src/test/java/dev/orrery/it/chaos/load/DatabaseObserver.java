package dev.orrery.it.chaos.load;

import dev.orrery.it.harness.Postgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Observes the database continuously, on a connection that only database outages affect. */
public final class DatabaseObserver implements AutoCloseable {
  private static final long EVERY_MILLIS = 150;

  /** Takes one snapshot of running instances, which certainly hold their slot. */
  private static final String OVER_LIMIT =
      """
      select j.name, s.concurrency, count(*) as running
      from job_concurrency s join job j on j.id = s.job_id
      join instance i on i.job_id = s.job_id and i.limited and i.state = 3
      where s.concurrency is not null
      group by j.id, j.name, s.concurrency having count(*) > s.concurrency
      """;

  private static final String BACKLOG = "select count(*) from instance where state <> 3";

  private final Supplier<Postgres> database;
  private final Queue<String> overLimit = new ConcurrentLinkedQueue<>();
  private final AtomicLong looks = new AtomicLong();
  private final Thread thread = new Thread(this::run, "witness");
  private volatile long backlog;
  private volatile boolean closed;

  /**
   * @param database called for each connection
   */
  public DatabaseObserver(Supplier<Postgres> database) {
    this.database = database;
    thread.setDaemon(true);
    thread.start();
  }

  private void run() {
    while (!closed) {
      try (Connection connection = database.get().connect();
          Statement statement = connection.createStatement()) {
        while (!closed) {
          look(statement);
          Thread.sleep(EVERY_MILLIS);
        }
      } catch (SQLException e) {
        // An outage; it is looked again when it is over.
        rest();
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void look(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery(OVER_LIMIT)) {
      while (rows.next()) {
        overLimit.add(
            "%s: job %s allows %d, %d are running"
                .formatted(
                    Instant.now(),
                    rows.getString("name"),
                    rows.getInt("concurrency"),
                    rows.getInt("running")));
      }
    }
    try (ResultSet rows = statement.executeQuery(BACKLOG)) {
      rows.next();
      backlog = rows.getLong(1);
    }
    looks.incrementAndGet();
  }

  private static void rest() {
    try {
      Thread.sleep(EVERY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The number of waiting instances in the latest snapshot. */
  public long backlog() {
    return backlog;
  }

  public long looks() {
    return looks.get();
  }

  public List<String> overLimit() {
    return List.copyOf(overLimit);
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
