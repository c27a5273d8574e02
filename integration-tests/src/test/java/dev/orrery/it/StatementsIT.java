package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Measures the database cost of 20,000 runs. */
class StatementsIT {
  private static final int RUNS = 20_000;

  @Test
  void runsTwentyThousandInstancesOnceEachWithFewStatements() throws SQLException {
    try (Stack stack = new Stack("statements")) {
      stack.startScheduler();
      stack.startAgent("-Dorrery.worker.capacity=200");
      stack.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      try (Connection connection = stack.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create extension if not exists pg_stat_statements");
        statement.execute("select pg_stat_statements_reset()");

        long begun = System.nanoTime();
        List<String> ids = stack.api().runMany(Stack.APP, "noop", RUNS);
        Await.until(
            "all have ended",
            Duration.ofSeconds(90),
            () -> one(statement, "select count(*) from instance") == 0);
        double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
        long calls = one(statement, "select sum(calls) from pg_stat_statements");

        assertThat(ids).hasSize(RUNS).doesNotHaveDuplicates();
        Set<String> succeeded = new HashSet<>();
        try (ResultSet rows =
            statement.executeQuery(
                "select id from instance_history where state = 10 and attempt = 1")) {
          while (rows.next()) {
            succeeded.add(rows.getString(1));
          }
        }
        assertThat(succeeded).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(one(statement, "select count(*) from attempt")).isZero();
        double perRun = (double) calls / RUNS;
        System.out.printf(
            "StatementsIT: %d runs in %.1f s, %d statements, %.4f a run%n",
            RUNS, seconds, calls, perRun);
        assertThat(perRun).isLessThan(0.3);
      }
    }
  }

  private static long one(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
