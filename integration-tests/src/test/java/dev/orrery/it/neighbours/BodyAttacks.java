package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.Texts.KIB;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Attacks with REST API bodies: numerous, or incomplete ones. */
final class BodyAttacks {
  private static final Duration SHORT = Duration.ofMillis(50);

  private BodyAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("BatchAmplification", BodyAttacks::amplify).refusedWith(422),
        Attack.of("SlowBodies", BodyAttacks::sendSlowBodies));
  }

  private static void amplify(NeighboursWorld world, Flood flood) throws Exception {
    String run = "{\"job\":\"noop\",\"count\":%d,\"parameters\":{\"p\":\"" + "p".repeat(60 * KIB);
    String within = "{\"instances\":[" + run.formatted(200) + "\"}}]}";
    String beyond = "{\"instances\":[" + run.formatted(20_000) + "\"}}]}";
    flood.repeat(
        6, SHORT, n -> flood.operator("POST", "/apps/a/instances", n % 2 == 0 ? within : beyond));
  }

  /** Sends bodies of 20 kB at a byte per second, more at once than the server has threads. */
  private static void sendSlowBodies(NeighboursWorld world, Flood flood) throws IOException {
    try (OpenSockets api = OpenSockets.toApi(world);
        OpenSockets workers = OpenSockets.toWorkerPort(world)) {
      for (int n = 0; n < 200; n++) {
        api.open(slowBody("PUT /api/v1/apps/a/jobs/slow", world.token("operator")));
        api.open(slowBody("POST /api/v1/apps/a/instances", world.token("operator")));
        workers.open(slowBody("POST " + WorkerOperation.REPORT.path(), world.token("worker")));
      }
      while (!flood.isOver()) {
        Await.pass(Duration.ofSeconds(1));
        api.sendToAll(" ");
        workers.sendToAll(" ");
      }
    }
  }

  /** Returns more than half of the body, because nothing waits for the rest of a small body. */
  private static String slowBody(String call, String token) {
    return call(call, token, 20_000) + "{\"a\":" + " ".repeat(12_000);
  }

  private static String call(String call, String token, int length) {
    return call
        + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
        + token
        + "\r\nContent-Type: application/json\r\nContent-Length: "
        + length
        + "\r\n\r\n";
  }
}
