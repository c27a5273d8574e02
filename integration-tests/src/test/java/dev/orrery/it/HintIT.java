package dev.orrery.it;

import static dev.orrery.it.CancelLatency.medianCancelMillisAtFullCapacity;
import static dev.orrery.it.CancelLatency.medianStartMillis;
import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Notifications;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import dev.orrery.testing.program.ProgramProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests hints between two replicas: a worker polls one, and callers use the other. */
@Tag("thorough")
@AtNight
class HintIT {

  @Test
  void notifiesWorkersAtSecondReplicaEvenAfterConnectionCut() throws SQLException {
    try (Stack called = new Stack("hint-called");
        Postgres database = Postgres.start(called.directory());
        Stack polled = new Stack("hint-polled");
        Notifications notifications = new Notifications(database)) {
      called.startSchedulerOn(database);
      ProgramProcess polledScheduler = polled.startSchedulerOn(database);
      polled.startAgent("-Dorrery.worker.capacity=1");
      called.api().putJob(Stack.APP, "quick", "{\"processor\":{\"type\":\"noop\"}}");
      called
          .api()
          .putJob(
              Stack.APP,
              "long",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"exec sleep 60\"}}");
      awaitThatItTells(called, notifications);

      assertThat(medianStartMillis(called, "HintIT, at the other replica"))
          .isLessThan(MachineLoad.stretch(Duration.ofMillis(250)).toMillis());
      assertThat(medianCancelMillisAtFullCapacity(called))
          .isLessThan(MachineLoad.stretch(Duration.ofSeconds(1)).toMillis());

      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        assertThat(
                one(
                    statement,
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
                        + " where application_name = 'orrery-hints'"))
            .isEqualTo(2);
        statement.execute("select pg_notify('orrery_hints', 'this is none of ours')");
      }
      Await.until(
          "it hears again",
          Duration.ofSeconds(10),
          () ->
              polledScheduler
                  .output()
                  .contains("Restored the connection for database notifications"));
      awaitThatItTells(called, notifications);

      assertThat(medianStartMillis(called, "HintIT, at the other replica"))
          .isLessThan(MachineLoad.stretch(Duration.ofMillis(250)).toMillis());
      assertThat(medianCancelMillisAtFullCapacity(called))
          .isLessThan(MachineLoad.stretch(Duration.ofSeconds(1)).toMillis());
    }
  }

  @Test
  void sendsNoDatabaseNotificationsAsSingleReplica() throws SQLException {
    try (Stack alone = new Stack("hint-alone")) {
      alone.startScheduler();
      alone.startAgent();
      alone.api().putJob(Stack.APP, "quick", "{\"processor\":{\"type\":\"noop\"}}");
      try (Connection connection = alone.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create extension if not exists pg_stat_statements");
        statement.execute("select pg_stat_statements_reset()");

        String last = alone.api().runMany(Stack.APP, "quick", 50).get(49);
        alone.api().awaitState(last, "SUCCEEDED", Duration.ofSeconds(10));
        Await.pass(Duration.ofSeconds(2));

        assertThat(
                one(
                    statement,
                    "select coalesce(sum(calls), 0) from pg_stat_statements"
                        + " where query like '%pg_notify%' or query ilike 'listen%'"))
            .isZero();
      }
    }
  }

  /**
   * Waits until the replica notifies through the database, which begins at its first check that
   * finds another listener.
   */
  private static void awaitThatItTells(Stack replica, Notifications notifications) {
    Await.until(
        "a run is told to the other replica",
        Duration.ofSeconds(10),
        () -> {
          notifications.count();
          String id = replica.api().run(Stack.APP, "quick");
          replica.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(5));
          return notifications.count() > 0;
        });
  }

  private static long one(Statement statement, String query) throws SQLException {
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }
}
