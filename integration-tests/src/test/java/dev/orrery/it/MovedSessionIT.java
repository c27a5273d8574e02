package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests a worker that moves to another replica while a claim of its first replica is on its way to
 * the database. When the claim is committed, its response is lost.
 */
@Tag("thorough")
@AtNight
class MovedSessionIT {
  private static final String WAITING_CLAIMS =
      "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
          + " and query like '%for key share%'";

  /**
   * A separate address, because workers dial the scheduler's port under the address that they used.
   */
  private static final String WAY = "127.0.1.1";

  @Test
  void runsAttemptClaimedByFormerReplicaWithoutEndingSession() throws IOException, SQLException {
    try (Stack first = new Stack("moved-1", optionsOfFirst());
        Postgres database = Postgres.start(first.directory());
        Stack second = new Stack("moved-2", Leases.options());
        CuttingProxy way =
            new CuttingProxy(new InetSocketAddress(WAY, first.httpPort()), first.httpPort())) {
      first.startSchedulerOn(database);
      ProgramProcess goesOnAt = second.startSchedulerOn(database);
      first.api().putJob(Stack.APP, "noop", "{\"processor\":{\"type\":\"noop\"}}");
      String servers =
          "http://" + WAY + ":" + first.httpPort() + ",http://localhost:" + second.httpPort();
      ProgramProcess agent =
          first.startAgent("-Dorrery.worker.server=" + servers, "-Dorrery.worker.capacity=1");

      List<String> ids;
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("lock table worker_session in exclusive mode");
        // One for the claim of each replica.
        ids = first.api().runMany(Stack.APP, "noop", 2);
        awaitWaitingClaims(database, 1);
        way.turn(CuttingProxy.Mode.REFUSING);
        awaitWaitingClaims(database, 2);
        connection.rollback();
      }

      long begun = System.nanoTime();
      for (String id : ids) {
        second.api().awaitState(id, "SUCCEEDED", Leases.untilTakenOver());
        assertThat(second.api().instance(id).get("attempt").asInt()).isEqualTo(1);
      }
      double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
      assertThat(agent.output()).contains("Session moved to another replica: ");
      assertThat(goesOnAt.output()).contains("Redelivering attempts that the worker does not hold");
      System.out.printf(
          "MovedSessionIT: what the other replica claimed ran after %.1f s, as its first attempt%n",
          seconds);
    }
  }

  /** Leaves its port free on other addresses. */
  private static String[] optionsOfFirst() {
    List<String> options = new ArrayList<>(List.of(Leases.options()));
    options.add("-Dorrery.protocols.http.host=127.0.0.1");
    return options.toArray(String[]::new);
  }

  private static void awaitWaitingClaims(Postgres database, int count) {
    Await.until(
        () -> count + " claims wait, but these do:\n" + waiting(database),
        Duration.ofSeconds(20),
        () -> database.count(WAITING_CLAIMS) == count);
  }

  private static String waiting(Postgres database) {
    try {
      return String.join(
          "\n",
          database.texts(
              "select concat_ws(' ', query_start, wait_event_type, state, left(query, 100))"
                  + " from pg_stat_activity where backend_type = 'client backend'"));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }
}
