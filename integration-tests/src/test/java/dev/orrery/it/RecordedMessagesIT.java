package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.orrery.it.harness.RecordingProxy;
import dev.orrery.it.harness.RecordingProxy.Exchange;
import dev.orrery.it.harness.Shapes;
import dev.orrery.it.harness.Stack;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.testing.PluginJar;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Checks that the messages between a packaged scheduler and agent contain everything that peers of
 * the recorded version rely on. With {@code -Dorrery.record=true} it records the messages instead:
 * once for each protocol version, at its release.
 */
@Tag("thorough")
class RecordedMessagesIT {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final Path RECORDED =
      Stack.root().resolve("protocol/src/test/resources/recorded/v" + VersionRange.SUPPORTED.max());
  private static final Duration SOON = Duration.ofSeconds(15);

  @Test
  void exchangesMessagesCompatibleWithRecordedVersion() throws IOException {
    Map<String, List<JsonNode>> said = new TreeMap<>();
    for (Exchange exchange : conversation()) {
      String verb = verb(exchange.path());
      add(said, verb + "-request", exchange.request());
      add(said, exchange.status() / 100 == 2 ? verb + "-answer" : "problem", exchange.answer());
    }
    assertThat(said.keySet()).contains(kinds());

    if (Boolean.getBoolean("orrery.record")) {
      write(said);
    }
    Map<String, Shapes> shapes = recorded();
    assertThat(shapes.keySet()).contains(kinds());
    said.forEach(
        (kind, messages) ->
            messages.forEach(
                message -> assertThat(shapes.get(kind).missing(message)).as(kind).isEmpty()));
  }

  private static String[] kinds() {
    return Stream.concat(
            WorkerOperation.ALL.stream()
                .map(verb -> verb(verb.path()))
                .flatMap(verb -> Stream.of(verb + "-request", verb + "-answer")),
            Stream.of("problem"))
        .toArray(String[]::new);
  }

  private static String verb(String path) {
    return path.equals(WorkerOperation.Paths.DISCOVERY)
        ? "discovery"
        : path.substring(path.lastIndexOf('/') + 1);
  }

  private static void add(Map<String, List<JsonNode>> said, String kind, String message)
      throws IOException {
    said.computeIfAbsent(kind, absent -> new ArrayList<>()).add(JSON.readTree(message));
  }

  private static List<Exchange> conversation() throws IOException {
    try (RecordingProxy api = new RecordingProxy();
        RecordingProxy http = new RecordingProxy();
        Stack stack =
            new Stack(
                "recorded",
                "-Dorrery.session.lease=6s",
                "-Dorrery.session.renew-interval=1s",
                "-Dorrery.poll.timeout=5s",
                "-Dorrery.protocols.http.advertised-address=http://localhost:" + http.port())) {
      api.standBefore(stack.apiPort());
      http.standBefore(stack.httpPort());
      stack.startScheduler();
      ProgramProcess agent =
          stack.startAgentAt(
              api.port(),
              "-Dorrery.worker.processors=noop,shell,http,java",
              "-Dorrery.worker.plugin-dir=" + plugin(stack.directory()),
              "-Dorrery.worker.secrets.dir=" + secrets(stack.directory()),
              "-Dorrery.worker.tags=gpu,eu",
              "-Dorrery.worker.drain-timeout=1s",
              "-Dorrery.worker.kill-grace-period=1s");
      work(stack);
      leave(stack, agent);
      refusals(stack, api.port(), http.port());
      List<Exchange> all = new ArrayList<>(api.exchanges());
      all.addAll(http.exchanges());
      return all;
    }
  }

  private static Path plugin(Path directory) throws IOException {
    Path plugins = directory.resolve("plugins");
    new PluginJar()
        .processor("recorded.Hello", "return \"hello\";")
        .write(plugins.resolve("hello.jar"));
    return plugins;
  }

  private static Path secrets(Path directory) throws IOException {
    Path secrets = Files.createDirectories(directory.resolve("secrets"));
    Path secret = Files.writeString(secrets.resolve("db-password"), "not-in-messages");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
    return secrets;
  }

  private static void work(Stack stack) {
    Map<String, String> endsAs = new LinkedHashMap<>();
    job(stack, "noop", "{'type':'noop','sleep':'PT0.1S'}", "");
    job(stack, "java", "{'type':'java','name':'Hello'}", "");
    job(
        stack,
        "http",
        "{'type':'http','method':'POST','url':'http://localhost:1/','headers':{'X-A':'b'},'body':'b','expectStatus':['2xx'],'nonRetryableStatus':['4xx']}",
        "");
    job(
        stack,
        "script",
        "{'type':'shell','script':'echo out; echo err >&2; echo ::progress 40 half; sleep 2; exit"
            + " 3','nonRetryableExitCodes':[3],'secrets':['db-password']}",
        ",'parameters':{'region':'eu'},'timeout':'PT1M'");
    job(stack, "command", "{'type':'shell','command':['sleep','60']}", ",'timeout':'PT1S'");
    job(stack, "long", "{'type':'shell','script':'exec sleep 60'}", "");
    job(stack, "fired", "{'type':'noop'}", ",'trigger':{'every':'PT1S'}");
    endsAs.put(stack.api().run(Stack.APP, "noop"), "SUCCEEDED");
    endsAs.put(stack.api().run(Stack.APP, "java"), "SUCCEEDED");
    endsAs.put(stack.api().run(Stack.APP, "http"), "FAILED");
    endsAs.put(stack.api().run(Stack.APP, "script"), "FAILED");
    endsAs.put(stack.api().run(Stack.APP, "command"), "TIMED_OUT");
    String canceled = stack.api().run(Stack.APP, "long");
    endsAs.put(canceled, "CANCELED");
    stack.api().awaitState(canceled, "RUNNING", SOON);
    stack.api().cancel(canceled);
    endsAs.forEach((id, state) -> stack.api().awaitState(id, state, SOON));
    Await.until(
        "it fires", SOON, () -> stack.api().states(Stack.APP, "fired").containsKey("SUCCEEDED"));
    stack.api().putJob(Stack.APP, "fired", "{\"processor\":{\"type\":\"noop\"},\"enabled\":false}");
  }

  private static void job(Stack stack, String name, String processor, String more) {
    stack
        .api()
        .putJob(Stack.APP, name, ("{'processor':" + processor + more + "}").replace('\'', '"'));
  }

  /** Stops the agent while an attempt runs, which is handed back. */
  private static void leave(Stack stack, ProgramProcess agent) {
    String id = stack.api().run(Stack.APP, "long");
    stack.api().awaitState(id, "RUNNING", SOON);
    agent.terminate();
    agent.awaitExit(SOON);
  }

  private static void refusals(Stack stack, int api, int http) throws IOException {
    String token = stack.api().newToken(Stack.APP, "worker");
    String offer =
        "{\"protocol\":\"%s\",\"dialect\":\"orrery\",\"minVersion\":%d,\"maxVersion\":%d,"
            + "\"softwareVersion\":\"0.1.0\",\"app\":\""
            + Stack.APP
            + "\",\"name\":\"stray\",\"tags\":[],\"processors\":[\"noop\"],\"capacity\":1}";
    post(token, api, WorkerOperation.Paths.DISCOVERY, offer.formatted("carrier-pigeon", 1, 1), 409);
    post(token, http, WorkerOperation.Paths.HANDSHAKE, offer.formatted("http", 901, 902), 409);
    post(token, http, WorkerOperation.Paths.HANDSHAKE, offer.formatted("http\\nx", 1, 1), 422);
    post("nobody's", http, WorkerOperation.Paths.HANDSHAKE, offer.formatted("http", 1, 1), 401);
    JsonNode agreed =
        JSON.readTree(
            post(token, http, WorkerOperation.Paths.HANDSHAKE, offer.formatted("http", 1, 1), 200));
    String session = agreed.get("session").asText();
    String id = stack.api().run(Stack.APP, "noop");
    String poll =
        "{\"session\":\"%s\",\"sequence\":1,\"free\":1,\"held\":[],\"wait\":5000,\"draining\":false}";
    post(token, http, WorkerOperation.Paths.POLL, poll.formatted(session), 200);
    String report =
        "{\"session\":\"%s\",\"reports\":[{\"instance\":\"%s\",\"attempt\":%d,"
            + "\"outcome\":\"%s\",\"result\":\"done\",\"logIncomplete\":true}]}";
    post(
        token,
        http,
        WorkerOperation.Paths.REPORT,
        report.formatted(session, id, 1, "SUCCEEDED"),
        200);
    post(
        token,
        http,
        WorkerOperation.Paths.REPORT,
        report.formatted(session, id, 1, "SUCCEEDED"),
        200);
    post(
        token,
        http,
        WorkerOperation.Paths.REPORT,
        report.formatted(session, id, 7, "CANCELED"),
        200);
    String bye = "{\"session\":\"%s\",\"handedBack\":[{\"instance\":\"%s\",\"attempt\":7}]}";
    post(token, http, WorkerOperation.Paths.BYE, bye.formatted(session, id), 200);
    post(token, http, WorkerOperation.Paths.POLL, poll.formatted(session), 409);
  }

  private static String post(String token, int port, String path, String body, int status)
      throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .timeout(SOON)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> answer =
          HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path + answer.body()).isEqualTo(status);
      return answer.body();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Writes a file for each kind and shape of message. */
  private static void write(Map<String, List<JsonNode>> said) throws IOException {
    Files.createDirectories(RECORDED);
    for (Map.Entry<String, List<JsonNode>> kind : said.entrySet()) {
      Map<String, JsonNode> distinct = new LinkedHashMap<>();
      kind.getValue()
          .forEach(message -> distinct.putIfAbsent(Shapes.fingerprint(message), message));
      int number = 0;
      for (JsonNode message : distinct.values()) {
        Files.writeString(
            RECORDED.resolve(kind.getKey() + "-" + ++number + ".json"),
            JSON.writeValueAsString(message) + "\n");
      }
    }
  }

  private static Map<String, Shapes> recorded() throws IOException {
    Map<String, Shapes> shapes = new TreeMap<>();
    try (Stream<Path> files = Files.list(RECORDED)) {
      for (Path file : files.sorted().toList()) {
        String name = file.getFileName().toString();
        String kind = name.replaceAll("-[0-9]+\\.json$", "");
        if (!kind.equals(name)) {
          shapes
              .computeIfAbsent(kind, absent -> new Shapes())
              .learn(JSON.readTree(Files.readString(file)));
        }
      }
    }
    return shapes;
  }
}
