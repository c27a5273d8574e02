package dev.orrery.it.neighbours;

import static dev.orrery.it.neighbours.Flood.LARGE;
import static dev.orrery.it.neighbours.Texts.KIB;
import static dev.orrery.it.neighbours.Texts.MIB;
import static dev.orrery.it.neighbours.Texts.list;
import static dev.orrery.it.neighbours.Texts.repeated;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** Attacks by a worker with invalid or unusual messages. */
final class WorkerAttacks {
  private static final Duration SHORT = Duration.ofMillis(20);
  private static final int LARGEST = 4 * MIB - 64 * KIB;

  private WorkerAttacks() {}

  static List<Attack> all() {
    return List.of(
        Attack.of("LargeHeld", WorkerAttacks::holdMany)
            .covering(
                WorkerOperation.RENEW.path(),
                WorkerOperation.POLL.path(),
                WorkerOperation.BYE.path()),
        Attack.of("LargeMessagesAtApiPort", WorkerAttacks::sendToApiPort)
            .covering(WorkerOperation.DISCOVERY.path(), "discover")
            .refusedWith(404, 413, Flood.CUT),
        Attack.of("HeldBeyondCapacity", WorkerAttacks::holdBeyondCapacity)
            .covering(WorkerOperation.POLL.path())
            .prepared(WorkerAttacks::makeWork),
        Attack.of("LargeDocumentsAtOneWorker", WorkerAttacks::takeLargeDocuments)
            .covering(WorkerOperation.POLL.path())
            .prepared(WorkerAttacks::makeLargeJobs),
        Attack.of("LargeReports", WorkerAttacks::reportLarge)
            .covering(WorkerOperation.REPORT.path()),
        Attack.of("EmptyLogLines", (world, flood) -> log(flood, "{}"))
            .covering(WorkerOperation.LOGS.path()),
        Attack.of(
                "LargeStreamNames",
                (world, flood) ->
                    log(flood, "{\"age\":0,\"text\":\"\",\"stream\":\"" + "s".repeat(KIB) + "\"}"))
            .covering(WorkerOperation.LOGS.path()),
        Attack.of("HandshakeFlood", WorkerAttacks::shakeHands)
            .covering(WorkerOperation.HANDSHAKE.path(), WorkerOperation.BYE.path()),
        Attack.of("RandomSessions", WorkerAttacks::guessSessions)
            .covering(WorkerOperation.POLL.path(), WorkerOperation.RENEW.path()),
        Attack.of("CapabilitySets", WorkerAttacks::offerManyTags)
            .covering(WorkerOperation.HANDSHAKE.path(), WorkerOperation.POLL.path()),
        Attack.of("LaneFlood", WorkerAttacks::makeLanes).covering("putJob"));
  }

  /** Returns the session; empty if the handshake is refused. */
  private static String session(Flood flood, String version, String tags) {
    return flood
        .worker(WorkerOperation.HANDSHAKE, offer(version, tags))
        .json()
        .path("session")
        .asText();
  }

  private static String session(Flood flood) {
    return session(flood, "forged", "");
  }

  private static String offer(String version, String tags) {
    return """
        {"protocol":"http","dialect":"orrery","minVersion":%d,"maxVersion":%d,
        "softwareVersion":"%s","app":"a","name":"forged","tags":[%s],"processors":["noop","http"],
        "capacity":500}
        """
        .formatted(VersionRange.SUPPORTED.min(), VersionRange.SUPPORTED.max(), version, tags);
  }

  private static String poll(String session, int sequence, int free, String held, int waitMillis) {
    return "{\"session\":\"%s\",\"sequence\":%d,\"free\":%d,\"held\":[%s],\"wait\":%d,\"draining\":false}"
        .formatted(session, sequence, free, held, waitMillis);
  }

  private static String renew(String session, String held) {
    return "{\"session\":\"%s\",\"held\":[%s],\"draining\":false}".formatted(session, held);
  }

  private static void holdMany(NeighboursWorld world, Flood flood) throws Exception {
    byte[] named =
        list(LARGEST / 34, n -> "{\"instance\":\"" + (1_000_000_000 + n) + "\",\"attempt\":1}")
            .getBytes(StandardCharsets.UTF_8);
    byte[] empty = repeated("{}", LARGEST / 3).getBytes(StandardCharsets.UTF_8);
    flood.repeat(
        4,
        SHORT,
        n -> {
          String session = session(flood);
          byte[] held = n % 2 == 0 ? named : empty;
          flood.worker(WorkerOperation.RENEW, renew(session, LARGE), held);
          flood.worker(WorkerOperation.POLL, poll(session, 1, 1, LARGE, 0), held);
          flood.worker(
              WorkerOperation.BYE,
              "{\"session\":\"" + session + "\",\"handedBack\":[" + LARGE + "]}",
              held);
        });
  }

  /** A port without the worker API must refuse a body of any size before it reads it. */
  private static void sendToApiPort(NeighboursWorld world, Flood flood) throws Exception {
    byte[] body = renew("none", repeated("{}", LARGEST / 3)).getBytes(StandardCharsets.UTF_8);
    String token = world.token("worker");
    flood.repeat(
        4,
        SHORT,
        n ->
            flood.send(
                "POST",
                world.apiPort(),
                (n % 2 == 0 ? WorkerOperation.RENEW : WorkerOperation.DISCOVERY).path(),
                token,
                body));
  }

  private static void makeWork(NeighboursWorld world) {
    world.api().putJob("a", "held", "{\"processor\":{\"type\":\"noop\"}}");
    world.api().runMany("a", "held", world.size(20_000, 5_000));
  }

  /** Creates jobs with documents of 250 KiB, and an instance of each. */
  private static void makeLargeJobs(NeighboursWorld world) {
    String headers = list(24, n -> "\"h%d\":\"%s\"".formatted(n, "h".repeat(8 * KIB - 100)));
    String document =
        """
        {"requiredTags":["large"],"parameters":{"p":"%s"},
        "processor":{"type":"http","method":"POST","url":"http://localhost/","headers":{%s}}}
        """
            .formatted("p".repeat(55 * KIB), headers);
    for (int n = 0; n < world.size(1000, 40); n++) {
      world.api().putJob("a", "large-" + n, document);
      world.api().run("a", "large-" + n);
    }
  }

  private static void takeLargeDocuments(NeighboursWorld world, Flood flood) throws Exception {
    takeAndDeny(flood, session(flood, "forged", "\"large\""));
  }

  private static void holdBeyondCapacity(NeighboursWorld world, Flood flood) throws Exception {
    takeAndDeny(flood, session(flood));
  }

  /** Accepts attempts, and never reports them as held. */
  private static void takeAndDeny(Flood flood, String session) throws Exception {
    flood.repeat(
        1, SHORT, n -> flood.worker(WorkerOperation.POLL, poll(session, n + 1, 500, "", 0)));
    flood.worker(WorkerOperation.BYE, "{\"session\":\"" + session + "\",\"handedBack\":[]}");
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

  /** Sends as many copies of the line as fit into a message, for a held attempt. */
  private static void log(Flood flood, String line) throws Exception {
    flood.operator("POST", "/apps/a/jobs/noop/instances", "{}");
    String session = session(flood);
    JsonNode assigned = flood.worker(WorkerOperation.POLL, poll(session, 1, 1, "", 5000)).json();
    String instance = assigned.findPath("instance").asText("1");
    String attempt = assigned.findPath("attempt").asText("1");
    byte[] lines = repeated(line, LARGEST / (line.length() + 1)).getBytes(StandardCharsets.UTF_8);
    flood.repeat(
        4,
        SHORT,
        n ->
            flood.worker(
                WorkerOperation.LOGS,
                "{\"session\":\"%s\",\"chunks\":[{\"instance\":\"%s\",\"attempt\":%s,\"sequence\":%d,\"lines\":[%s]}]}"
                    .formatted(session, instance, attempt, n * 100, LARGE),
                lines));
    flood.worker(WorkerOperation.BYE, "{\"session\":\"" + session + "\",\"handedBack\":[]}");
  }

  /** Opens and ends sessions, with a version that contains a line end. */
  private static void shakeHands(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        8,
        Duration.ofMillis(5),
        n -> {
          session(flood, "1\\n" + NeighboursTrial.FORGED_LINE, "");
          String session = session(flood);
          flood.worker(WorkerOperation.BYE, "{\"session\":\"" + session + "\",\"handedBack\":[]}");
        });
  }

  private static void guessSessions(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        8,
        Duration.ofMillis(5),
        n -> {
          String session = UUID.randomUUID().toString();
          flood.worker(WorkerOperation.RENEW, renew(session, ""));
          flood.worker(WorkerOperation.POLL, poll(session, 1, 1, "", 0));
        });
  }

  private static void offerManyTags(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        8,
        Duration.ofMillis(5),
        n -> {
          String session = session(flood, "forged", "\"tag-" + n + "\"");
          flood.worker(WorkerOperation.POLL, poll(session, 1, 1, "", 0));
        });
  }

  private static void makeLanes(NeighboursWorld world, Flood flood) throws Exception {
    flood.repeat(
        4,
        Duration.ofMillis(5),
        n ->
            flood.operator(
                "PUT",
                "/apps/a/jobs/lane",
                "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"tag-" + n + "\"]}"));
  }
}
