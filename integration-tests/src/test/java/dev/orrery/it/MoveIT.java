package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Load;
import dev.orrery.it.harness.Load.Accepted;
import dev.orrery.it.harness.Nightly;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Switches from one protocol to the other and back as docs/protocol.md describes it, on two
 * replicas and under load, without errors for callers and workers at their common address.
 */
@Tag("thorough")
class MoveIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  /** At night it also moves back. */
  @Test
  void movesFromHttpToAkkaWithoutLosingCalls() throws IOException, InterruptedException {
    try (MovingCluster cluster = new MovingCluster("move")) {
      cluster.start("http");
      cluster.startWorkers("http");
      try (Load load = cluster.load()) {
        move(cluster, "http", "akka");
        if (Nightly.isRunning()) {
          move(cluster, "akka", "http");
        }

        load.stop();
        requireAllServedOnce(cluster, load);
      }
    }
  }

  /** Runs the numbered steps of the documentation. */
  private static void move(MovingCluster cluster, String from, String to) {
    // 1.
    cluster.restart(cluster.first(), from + "," + to);
    cluster.restart(cluster.second(), from + "," + to);
    awaitOneSessionOfEachWorker(cluster, from);
    assertThat(cluster.port(from).get("mayBeClosed").asBoolean()).isFalse();
    assertThat(cluster.port(from).get("reason").asText()).contains("workers use it");

    // 2.
    cluster.restartWorkers(to);

    // 3.
    assertThat(cluster.recordMain(to)).isEqualTo(200);
    cluster.awaitRecordedMain(to);

    // 4.
    Await.until(
        "no session is at " + from + " any more",
        SOON,
        () -> cluster.port(from).get("sessions").asInt() == 0);
    awaitOneSessionOfEachWorker(cluster, to);
    cluster.restart(cluster.first(), to);
    cluster.restart(cluster.second(), to);

    // 5.
    assertThat(cluster.port(from).get("open").asBoolean()).isFalse();
    assertThat(cluster.port(from).get("mayBeClosed").asBoolean()).isTrue();
  }

  /** A handshake whose answer was lost leaves a session that ends with its lease. */
  private static void awaitOneSessionOfEachWorker(MovingCluster cluster, String protocol) {
    Await.until(
        "each worker has one session, at " + protocol,
        SOON,
        () -> cluster.sessions().equals(Set.of(protocol + " " + MovingCluster.WORKERS)));
  }

  @Test
  void marksOnlyRestartedReplicaUnreadyWhenMovedInWrongOrder()
      throws IOException, InterruptedException {
    try (MovingCluster cluster = new MovingCluster("move-wrong")) {
      cluster.start("http,akka");
      cluster.startWorkers("http");
      try (Load load = cluster.load()) {
        cluster.stop(cluster.second());
        cluster.launch(cluster.second(), "akka");
        awaitLack(cluster, "http is the main protocol on record");

        assertThat(cluster.recordMain("akka")).isEqualTo(200);
        awaitLack(cluster, "http is in use by sessions");

        cluster.restartWorkers("akka");
        Await.until("nothing is lacking any more", SOON, cluster.second()::isReady);
        cluster.requireReady(cluster.second(), "akka");
        cluster.requireReady(cluster.first(), "http,akka");

        load.stop();
        requireAllServedOnce(cluster, load);
      }
    }
  }

  private static void awaitLack(MovingCluster cluster, String why) {
    Await.until(
        "it says that " + why,
        Duration.ofSeconds(60),
        () -> {
          assertThat(cluster.first().isReady()).isTrue();
          return cluster.protocols(cluster.second()).at("/reason").asText().contains(why);
        });
    JsonNode lacking = cluster.protocols(cluster.second());
    assertThat(cluster.second().isReady()).isFalse();
    assertThat(lacking.get("code").asText()).isEqualTo("LACKS_PROTOCOL");
    assertThat(lacking.get("settingToChange").asText())
        .isEqualTo("orrery.protocols.active: add http");
    cluster.requireReady(cluster.first(), "http,akka");
  }

  private static void requireAllServedOnce(MovingCluster cluster, Load load)
      throws IOException, InterruptedException {
    assertThat(load.errors()).isEmpty();
    assertThat(cluster.unserved()).isZero();
    cluster.requireSucceededOnce(load.accepted());
    for (Accepted last :
        load.accepted().subList(load.accepted().size() - 20, load.accepted().size())) {
      assertThat(load.repeat(last)).isEqualTo(last.id());
    }
    System.out.printf(
        "MoveIT: %d instances accepted, all succeeded, each started once; API errors: %d%n",
        load.accepted().size(), load.errors().size());
  }
}
