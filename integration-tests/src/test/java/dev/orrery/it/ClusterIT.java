package dev.orrery.it;

import static dev.orrery.it.CancelLatency.medianCancelMillisAtFullCapacity;
import static dev.orrery.it.CancelLatency.medianStartMillis;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.Notifications;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import dev.orrery.testing.program.Ports;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Tests the communication of replica processes in cluster mode. FleetIT tests their readiness. */
@Tag("thorough")
class ClusterIT {
  private static final String SECRET = "secret-of-the-integration-tests";
  private static final String NOOP = "{\"processor\":{\"type\":\"noop\"}}";

  /** The maximum time until all replicas know of a change. */
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void sendsHintsAndCancelsThroughClusterPortOrElseDatabase() throws IOException, SQLException {
    int secondPort = Ports.free();
    try (CuttingProxy way = new CuttingProxy(secondPort);
        Stack first = replica("cluster-1", Ports.free(), null, SECRET);
        Postgres database = Postgres.start(first.directory());
        Stack second = replica("cluster-2", secondPort, "127.0.0.1:" + way.port(), SECRET);
        Stack third = replica("cluster-3", Ports.free(), null, SECRET);
        Notifications notifications = new Notifications(database)) {
      start(database, first, second, third);
      second.startAgent("-Dorrery.worker.capacity=1");
      first.api().putJob(Stack.APP, "quick", NOOP);
      first
          .api()
          .putJob(
              Stack.APP,
              "long",
              "{\"processor\":{\"type\":\"shell\",\"script\":\"exec sleep 60\"}}");
      for (Stack replica : List.of(first, second, third)) {
        Await.until("all reach each other", SOON, () -> reached(replica) == 2);
      }
      awaitThatTheDatabaseTellsNothing(first, notifications);

      assertThat(medianStartMillis(first, "ClusterIT, cluster port"))
          .isLessThan(MachineLoad.stretch(Duration.ofMillis(250)).toMillis());
      assertThat(medianCancelMillisAtFullCapacity(first))
          .isLessThan(MachineLoad.stretch(Duration.ofSeconds(1)).toMillis());
      assertThat(notifications.count()).isZero();

      way.block();
      String warning = "CLUSTER_PORT_UNREACHABLE of replica " + shortName(second);
      Await.until(
          "the blocked port is warned of",
          SOON,
          () -> agreement(first).has(warning) && agreement(third).has(warning));
      assertThat(agreement(first).get(warning).asText())
          .contains("cluster port " + way.port())
          .doesNotContain("127.0.0.1");
      Await.until("the blocked replica reaches the others", SOON, () -> reached(second) == 2);

      assertThat(medianStartMillis(first, "ClusterIT, blocked"))
          .isLessThan(MachineLoad.stretch(Duration.ofSeconds(1)).toMillis());
      assertThat(medianCancelMillisAtFullCapacity(first))
          .isLessThan(MachineLoad.stretch(Duration.ofSeconds(3)).toMillis());
      assertThat(notifications.count()).isPositive();
      assertThat(List.of(first, second, third)).allMatch(Stack::isReady);

      try (Stack stranger = replica("cluster-x", Ports.free(), null, SECRET + "x")) {
        start(database, stranger);
        String differs = "CLUSTER_SECRET_DIFFERS of replica ";
        Await.until(
            "the other secret is warned of on both sides",
            SOON,
            () ->
                agreement(first).has(differs + shortName(stranger))
                    && agreement(stranger).has(differs + shortName(first)));
        assertThat(List.of(first, second, third, stranger)).allMatch(Stack::isReady);
      }
    }
  }

  private static Stack replica(String name, int port, String advertised, String secret) {
    return new Stack(
        name,
        "-Dorrery.cluster.enabled=true",
        "-Dorrery.cluster.port=" + port,
        "-Dorrery.cluster.secret=" + secret,
        "-Dorrery.cluster.advertised-address=" + (advertised == null ? "127.0.0.1" : advertised));
  }

  /** Starts the first replica alone, so that one migrates. */
  private static void start(Postgres database, Stack... replicas) {
    for (Stack replica : replicas) {
      replica.startSchedulerOn(database);
    }
  }

  /**
   * Waits until the replica stops notifying through the database, at its first check after all
   * replicas are reachable.
   */
  private static void awaitThatTheDatabaseTellsNothing(Stack replica, Notifications notifications) {
    Await.until(
        "a run is told over the cluster port alone",
        SOON,
        () -> {
          notifications.count();
          String id = replica.api().run(Stack.APP, "quick");
          replica.api().awaitState(id, "SUCCEEDED", SOON);
          return notifications.count() == 0;
        });
  }

  private static List<JsonNode> replicas(Stack stack) {
    List<JsonNode> replicas = new ArrayList<>();
    stack.api().get("/cluster").get("items").forEach(replicas::add);
    return replicas;
  }

  private static long reached(Stack stack) {
    return replicas(stack).stream()
        .filter(one -> one.path("clusterPort").asText().equals("REACHED"))
        .count();
  }

  private static String shortName(Stack stack) {
    return replicas(stack).stream()
        .filter(one -> one.get("self").asBoolean())
        .map(one -> one.get("id").asText().substring(0, 8))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode agreement(Stack stack) {
    return stack.schedulerCheck("/group/agreement", "agreement").path("data");
  }
}
