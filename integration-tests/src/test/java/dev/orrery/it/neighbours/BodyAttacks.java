package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.Texts.KIB;
import static dev.orrery.it.neighbours.Texts.MIB;
import static dev.orrery.it.neighbours.Texts.list;

import dev.orrery.protocol.WorkerOperation;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Attacks with REST API bodies: large, numerous, or incomplete ones. */
final class BodyAttacks {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static final String NOOP = "\"processor\":{\"type\":\"noop\"}";

  /** The calls with a document, by operation. */
  private static final Map<String, String> DOCUMENTS =
      Map.ofEntries(
          Map.entry("putApp", "PUT /apps/a"),
          Map.entry("putJob", "PUT /apps/a/jobs/nodes"),
          Map.entry("pauseJob", "POST /apps/a/jobs/noop/pause"),
          Map.entry("pauseApp", "POST /apps/a/pause"),
          Map.entry("runJob", "POST /apps/a/jobs/noop/instances"),
          Map.entry("cancelInstances", "POST /apps/a/instances:cancel"),
          Map.entry("retryInstances", "POST /apps/a/instances:retry"),
          Map.entry("retryInstance", "POST /instances/1/retry"),
          Map.entry("createToken", "POST /apps/a/tokens"),
          Map.entry("putWebhook", "PUT /apps/a/webhooks/nodes"),
          Map.entry("startBackfill", "POST /apps/a/jobs/noop/backfills"));

  private BodyAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("NodeBodies", BodyAttacks::sendNodes)
            .covering(DOCUMENTS.keySet().toArray(String[]::new))
            .refusedWith(413),
        Attack.of("OneEntryBatch", BodyAttacks::sendLargeEntries)
            .covering("runJobs")
            .refusedWith(413),
        Attack.of("LargeApply", BodyAttacks::applyLarge).covering("applyJobs").refusedWith(422),
        Attack.of("BatchAmplification", BodyAttacks::amplify)
            .covering("runJobs", "runJob")
            .refusedWith(422),
        Attack.of("EditLockQueue", BodyAttacks::queueEdits).covering("putJob", "putApp"),
        Attack.of("PauseLongBacklog", BodyAttacks::pauseAndResume)
            .covering("pauseJob", "pauseApp", "resumeJob", "resumeApp")
            .prepared(BodyAttacks::makeLongBacklog),
        Attack.of("AbortedPuts", BodyAttacks::abort).covering("putJob"),
        Attack.of("AbandonedBodies", BodyAttacks::abandon)
            .covering("runJobs", WorkerOperation.REPORT.path()),
        Attack.of("SlowBodies", BodyAttacks::sendSlowBodies)
            .covering("putJob", "runJobs", WorkerOperation.REPORT.path()),
        Attack.of("SlowHeaders", BodyAttacks::sendHalfHeaders));
  }

  private static void sendNodes(NeighboursWorld world, Flood flood) throws Exception {
    String document = Texts.ofEmptyObjects(MIB - KIB);
    List<String> calls = List.copyOf(DOCUMENTS.values());
    flood.repeat(
        8,
        SHORT,
        n -> {
          String[] call = calls.get(n % calls.size()).split(" ", 2);
          flood.operator(call[0], call[1], document);
        });
  }

  private static void sendLargeEntries(NeighboursWorld world, Flood flood) throws Exception {
    String body =
        "{\"instances\":[{\"job\":\"noop\",\"parameters\":"
            + Texts.ofEmptyObjects(15 * MIB)
            + "}]}";
    flood.repeat(3, SHORT, n -> flood.operator("POST", "/apps/a/instances", body));
  }

  private static void applyLarge(NeighboursWorld world, Flood flood) throws Exception {
    // A thousand jobs of 3.5 KiB, of which the last one is wrong: nothing is stored.
    String jobs =
        list(
            999,
            n ->
                "{\"name\":\"applied-%d\",\"processor\":{\"type\":\"shell\",\"script\":\"%s\"}}"
                    .formatted(n, "s".repeat(3 * KIB)));
    String body = "{\"jobs\":[" + jobs + ",{\"name\":\"wrong\",\"processor\":{\"type\":\"x\"}}]}";
    flood.repeat(
        4,
        SHORT,
        n ->
            flood.operator(
                "POST", "/apps/a/jobs:apply" + (n % 2 == 0 ? "?dryRun=true" : ""), body));
  }

  private static void amplify(NeighboursWorld world, Flood flood) throws Exception {
    String run = "{\"job\":\"noop\",\"count\":%d,\"parameters\":{\"p\":\"" + "p".repeat(60 * KIB);
    String within = "{\"instances\":[" + run.formatted(200) + "\"}}]}";
    String beyond = "{\"instances\":[" + run.formatted(20_000) + "\"}}]}";
    flood.repeat(
        6, SHORT, n -> flood.operator("POST", "/apps/a/instances", n % 2 == 0 ? within : beyond));
  }

  private static void queueEdits(NeighboursWorld world, Flood flood) throws Exception {
    String jobs = list(500, n -> "{\"name\":\"queued-" + n + "\"," + NOOP + ",\"priority\":%d}");
    flood.repeat(
        16,
        SHORT,
        n -> {
          if (n % 4 == 0) {
            String body = "{\"jobs\":[" + jobs.replace("%d", Integer.toString(n / 4 % 10)) + "]}";
            flood.operator("POST", "/apps/a/jobs:apply", body);
          } else if (n % 4 == 1) {
            flood.operator("PUT", "/apps/a", "{\"description\":\"" + n + "\"}");
          } else {
            flood.operator(
                "PUT",
                "/apps/a/jobs/queued-" + n % 500,
                "{" + NOOP + ",\"parameters\":{\"n\":\"" + n + "\"}}");
          }
        });
  }

  private static void makeLongBacklog(NeighboursWorld world) {
    world.api().putJob("a", "backlog", "{" + NOOP + "}");
    for (int n = 0; n < world.size(15, 2); n++) {
      world.api().runMany("a", "backlog", 20_000);
    }
  }

  private static void pauseAndResume(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        1,
        SHORT,
        n -> {
          flood.operator("POST", "/apps/a/jobs/backlog/pause", "{}");
          flood.operator("POST", "/apps/a/jobs/backlog/resume", null);
          flood.operator("POST", "/apps/a/pause", "{}");
          flood.operator("POST", "/apps/a/resume", null);
        });
  }

  /** Sends half a body, then closes the connection. */
  private static void abort(NeighboursWorld world, Flood flood) throws Exception {
    String head =
        call("PUT /api/v1/apps/a/jobs/aborted", world.token("operator"), 1000) + "{\"processor\":";
    flood.repeat(
        8,
        Duration.ofMillis(10),
        n -> {
          try (Socket socket = OpenSockets.connect(world.apiPort())) {
            socket.setSoLinger(true, 0);
            socket.getOutputStream().write(head.getBytes(StandardCharsets.US_ASCII));
          }
        });
  }

  /** Sends whole bodies of 4 MiB, and closes the connections before the responses. */
  private static void abandon(NeighboursWorld world, Flood flood) throws Exception {
    String report = call("POST " + WorkerOperation.REPORT.path(), world.token("worker"), 4 * MIB);
    String batch = call("POST /api/v1/apps/a/instances", world.token("operator"), 4 * MIB);
    byte[] body = " ".repeat(4 * MIB).getBytes(StandardCharsets.US_ASCII);
    flood.repeat(
        8,
        SHORT,
        n -> {
          boolean ofWorker = n % 2 == 0;
          try (Socket socket =
              OpenSockets.connect(ofWorker ? world.workerPort() : world.apiPort())) {
            socket
                .getOutputStream()
                .write((ofWorker ? report : batch).getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().write(body);
          } catch (IOException e) {
            // The server has refused it.
          }
        });
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

  /** Sends request headers slowly. */
  private static void sendHalfHeaders(NeighboursWorld world, Flood flood) throws IOException {
    try (OpenSockets sockets = OpenSockets.toApi(world)) {
      for (int n = 0; n < 500 && !flood.isOver(); n++) {
        sockets.open("GET /api/v1/apps HTTP/1.1\r\nX-A: ");
      }
      sockets.holdUntilTheEndOf(flood);
    }
  }
}
