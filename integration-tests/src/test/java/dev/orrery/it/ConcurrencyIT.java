package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Nightly;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the concurrency limit while agents and the scheduler are killed. */
@Tag("thorough")
class ConcurrencyIT {
  private static final int RUNS = Nightly.isRunning() ? 1000 : 300;
  private static final Map<String, Integer> LIMITS = Map.of("one", 1, "three", 3);

  @Test
  void keepsConcurrencyLimitWhileAgentsAndSchedulerAreKilled() throws Exception {
    try (Stack stack = new Stack("concurrency", Leases.options());
        Postgres database = Postgres.start(stack.directory())) {
      ProgramProcess scheduler = stack.startSchedulerOn(database);
      for (Map.Entry<String, Integer> job : LIMITS.entrySet()) {
        stack
            .api()
            .putJob(
                Stack.APP,
                job.getKey(),
                """
                {"processor":{"type":"noop","sleep":"PT0.005S"},"concurrency":%d,
                 "retry":{"maxWorkerLosses":100}}
                """
                    .formatted(job.getValue()));
      }
      ProgramProcess first = stack.startAgent();
      ProgramProcess second = stack.startAgent();
      for (int part = 0; part < 10; part++) {
        for (String job : LIMITS.keySet()) {
          stack.api().runMany(Stack.APP, job, RUNS / 10);
        }
      }

      awaitEnded(database, RUNS / 10);
      first.kill();
      stack.startAgent();
      awaitEnded(database, RUNS * 3 / 10);
      scheduler.kill();
      stack.startSchedulerOn(database);
      awaitEnded(database, RUNS * 6 / 10);
      second.kill();
      stack.startAgent();
      awaitEnded(database, RUNS * 2);

      for (Map.Entry<String, Integer> job : LIMITS.entrySet()) {
        int most = mostAtOnce(intervals(database, job.getKey()));
        System.out.printf(
            "ConcurrencyIT: job '%s' allows %d, at most %d ran at once in %d runs%n",
            job.getKey(), job.getValue(), most, RUNS);
        assertThat(most).isEqualTo(job.getValue());
        assertThat(stack.api().states(Stack.APP, job.getKey()))
            .isEqualTo(Map.of("SUCCEEDED", RUNS));
      }
      assertThat(database.count("select count(*) from instance")).isZero();
    }
  }

  /** Checks the slots repeatedly while it waits. */
  private static void awaitEnded(Postgres database, int runs) {
    Await.until(
        runs + " runs have ended",
        Duration.ofMinutes(3),
        () -> {
          assertThat(database.count(OVER_THE_LIMIT)).as("jobs over their limit").isZero();
          return database.count("select count(*) from instance_history") >= runs;
        });
  }

  private static final String OVER_THE_LIMIT =
      """
      select count(*) from job_concurrency s
      where s.concurrency < (select count(*) from instance i
        where i.job_id = s.job_id and i.state in (1, 3))
      """;

  /** The time in which an attempt held the job's slot. */
  private record Interval(Instant from, Instant until) {}

  private static List<Interval> intervals(Postgres database, String job) throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                select h.started_at, h.ended_at
                from instance_history h join job j on j.id = h.job_id where j.name = ?
                union all
                select a.started_at, a.ended_at
                from attempt a join instance_history h on h.id = a.instance_id
                join job j on j.id = h.job_id where j.name = ?
                """)) {
      statement.setString(1, job);
      statement.setString(2, job);
      List<Interval> intervals = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          intervals.add(
              new Interval(
                  rows.getObject(1, OffsetDateTime.class).toInstant(),
                  rows.getObject(2, OffsetDateTime.class).toInstant()));
        }
      }
      return intervals;
    }
  }

  private static int mostAtOnce(List<Interval> intervals) {
    record Step(Instant at, int by) {}
    List<Step> steps = new ArrayList<>();
    intervals.forEach(
        interval -> {
          steps.add(new Step(interval.from(), 1));
          steps.add(new Step(interval.until(), -1));
        });
    // An end and a start at the same instant are one after the other.
    steps.sort(Comparator.comparing(Step::at).thenComparing(Step::by));
    int most = 0;
    int now = 0;
    for (Step step : steps) {
      now += step.by();
      most = Math.max(most, now);
    }
    return most;
  }
}
