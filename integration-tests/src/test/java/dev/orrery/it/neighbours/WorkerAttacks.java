package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.Texts.KIB;
import static dev.orrery.it.neighbours.Texts.list;

import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Attacks by a worker with invalid or unusual messages. */
final class WorkerAttacks {
  private static final Duration SHORT = Duration.ofMillis(20);

  private WorkerAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("LargeReports", WorkerAttacks::reportLarge),
        Attack.of("HandshakeFlood", WorkerAttacks::shakeHands));
  }

  /** Returns the session; empty if the handshake is refused. */
  private static String session(Flood flood, String version) {
    return flood.worker(WorkerOperation.HANDSHAKE, offer(version)).json().path("session").asText();
  }

  private static String session(Flood flood) {
    return session(flood, "forged");
  }

  private static String offer(String version) {
    return """
        {"protocol":"http","dialect":"orrery","minVersion":%d,"maxVersion":%d,
        "softwareVersion":"%s","app":"a","name":"forged","tags":[],"processors":["noop","http"],
        "capacity":500}
        """
        .formatted(VersionRange.SUPPORTED.min(), VersionRange.SUPPORTED.max(), version);
  }

  private static void reportLarge(NeighboursWorld world, Flood flood) throws Exception {
    String session = session(flood);
    String result = "r".repeat(16 * KIB - 1);
    String reports =
        list(
            240,
            n ->
                "{\"instance\":\"%d\",\"attempt\":1,\"outcome\":\"SUCCEEDED\",\"result\":\"%s\"}"
                    .formatted(1_000_000_000 + n, result));
    byte[] body =
        ("{\"session\":\"" + session + "\",\"reports\":[" + reports + "]}")
            .getBytes(StandardCharsets.UTF_8);
    flood.repeat(8, SHORT, n -> flood.worker(WorkerOperation.REPORT, body));
  }

  /** Opens and ends sessions, with a version that contains a line end. */
  private static void shakeHands(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        8,
        Duration.ofMillis(5),
        n -> {
          session(flood, "1\\n" + NeighboursTrial.FORGED_LINE);
          String session = session(flood);
          flood.worker(WorkerOperation.BYE, "{\"session\":\"" + session + "\",\"handedBack\":[]}");
        });
  }
}
