package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Checks that jobs of a packaged agent can use its secrets, and that the values leak nowhere. */
@Tag("thorough")
class SecretsIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Its forms as Base64, in a URL and in JSON differ. */
  private static final String SECRET = "s3same \"open\" 7/Q";

  /** Found wherever the secret would be. */
  private static final String MARKER = "marker-of-this-test";

  private final List<String> received = new CopyOnWriteArrayList<>();

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Texts that would reveal the secret: its first word, and the Base64 of the whole. */
  private static void assertHidden(String place, String text) {
    assertThat(text.contains("s3same")).as(place + " has the secret: " + text).isFalse();
    assertThat(text.contains(base64(SECRET))).as(place + " has the secret: " + text).isFalse();
  }

  private static Path write(Path directory, String name, String value) {
    try {
      Path file = Files.writeString(directory.resolve(name), value);
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path secrets(Stack stack) throws IOException {
    return Files.createDirectories(stack.directory().resolve("secrets"));
  }

  private static ProgramProcess startAgent(Stack stack, Path secrets) {
    return stack.startAgent(
        "-Dorrery.worker.processors=http,shell",
        "-Dorrery.worker.secrets.dir=" + secrets,
        "-Dorrery.worker.http.allowed-networks=127.0.0.1",
        "-Dquarkus.log.level=DEBUG");
  }

  private static void putScript(Stack stack, String job, String more, String... lines) {
    String script = String.join("\n", lines).replace("\\", "\\\\").replace("\"", "\\\"");
    stack
        .api()
        .putJob(
            Stack.APP,
            job,
            "{\"processor\":{\"type\":\"shell\",\"script\":\""
                + script.replace("\n", "\\n")
                + "\""
                + more
                + "}}");
  }

  private static JsonNode ended(Stack stack, String id) {
    Await.until(id + " has ended", SOON, () -> stack.api().instance(id).hasNonNull("endedAt"));
    return stack.api().instance(id);
  }

  private HttpServer server(java.util.function.IntUnaryOperator status) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
    server.createContext("/", exchange -> answer(exchange, status));
    server.start();
    return server;
  }

  private void answer(HttpExchange exchange, java.util.function.IntUnaryOperator status)
      throws IOException {
    String authorization = exchange.getRequestHeaders().getFirst("Authorization");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    received.add(authorization + " " + exchange.getRequestURI() + " " + body);
    byte[] answer = (MARKER + " got " + authorization).getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status.applyAsInt(received.size()), answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Test
  void exposesSecretsOnlyToJobsThatUseThem() throws Exception {
    HttpServer server = server(request -> 200);
    try (Stack stack = new Stack("secrets")) {
      Path secrets = secrets(stack);
      write(secrets, "ledger-token", SECRET + "\n");
      ProgramProcess scheduler = stack.startScheduler();
      ProgramProcess agent = startAgent(stack, secrets);
      Path go = stack.directory().resolve("go");
      putScript(
          stack,
          "program",
          ",\"secrets\":[\"ledger-token\"]",
          "test ${#ORRERY_SECRET_LEDGER_TOKEN} = " + SECRET.length() + " && echo right length",
          "echo \"it is $ORRERY_SECRET_LEDGER_TOKEN\"; env | grep SECRET",
          "echo \"::progress 7 " + MARKER + " $ORRERY_SECRET_LEDGER_TOKEN\"",
          "printf %s \"$ORRERY_SECRET_LEDGER_TOKEN\" | base64",
          "while ! test -e " + go + "; do sleep 0.1; done",
          "echo \"::result " + MARKER + " $ORRERY_SECRET_LEDGER_TOKEN\"");
      putScript(
          stack,
          "failing",
          ",\"secrets\":[\"ledger-token\"]",
          "echo \"" + MARKER + " no $ORRERY_SECRET_LEDGER_TOKEN\" >&2; exit 3");
      putScript(
          stack,
          "spy",
          "",
          "env; for p in /proc/[0-9]*; do tr '\\0' ' ' < $p/environ; tr '\\0' ' ' < $p/cmdline; done",
          "cat " + secrets + "/*; grep -r s3[s]ame " + stack.directory() + "/attempts; echo spied");
      stack
          .api()
          .putJob(
              Stack.APP,
              "request",
              """
              {"processor":{"type":"http","method":"POST","url":"http://127.0.0.1:%d/${secret.ledger-token}",
                "headers":{"Authorization":"Bearer ${secret.ledger-token}"},
                "body":"${secret.ledger-token}"}}"""
                  .formatted(server.getAddress().getPort()));

      String program = stack.api().run(Stack.APP, "program");
      Await.until(
          "it shows its progress",
          SOON,
          () -> stack.api().instance(program).path("progress").hasNonNull("message"));
      assertThat(stack.api().instance(program).at("/progress/message").asText())
          .isEqualTo(MARKER + " ***");
      // While a program has the secret in its environment.
      String spy = stack.api().run(Stack.APP, "spy");
      stack.api().awaitLog(spy, "spied", SOON);
      String commands = commandLines();
      assertThat(commands).contains("script.sh");
      assertHidden("a command line", commands);
      Files.createFile(go);

      assertThat(ended(stack, program).get("result").asText()).isEqualTo(MARKER + " ***");
      String failing = stack.api().run(Stack.APP, "failing");
      assertThat(ended(stack, failing).get("error").asText())
          .isEqualTo("exit code 3: " + MARKER + " no ***");
      String request = stack.api().run(Stack.APP, "request");
      assertThat(ended(stack, request).get("result").asText())
          .isEqualTo(MARKER + " got Bearer ***");
      assertThat(received)
          .containsExactly("Bearer " + SECRET + " /s3same%20%22open%22%207%2FQ " + SECRET);

      String log = logs(stack, program);
      assertThat(log)
          .contains("right length", "it is ***", "ORRERY_SECRET_LEDGER_TOKEN=***")
          .contains("::progress 7 " + MARKER + " ***");
      assertThat(logs(stack, request)).contains("/***: status 200");
      for (String id : List.of(program, spy, failing, request)) {
        assertHidden("the log of a run", logs(stack, id));
        assertHidden("a run", stack.api().instance(id).toString());
      }
      for (String job : List.of("program", "failing", "request")) {
        String document = stack.api().get("/apps/" + Stack.APP + "/jobs/" + job).toString();
        assertThat(document).contains("ledger-token");
        assertHidden("a job", document);
      }
      assertHidden("a metric", stack.agentMetrics() + stack.schedulerMetrics());
      assertThat(agent.output()).contains(" DEBUG ");
      assertHidden("the log of the agent", agent.output());
      assertHidden("the log of the scheduler", scheduler.output());
      String database = database(stack);
      assertThat(database).contains(MARKER, "right length", "it is ***");
      assertHidden("the database", database);
      assertThat(database)
          .doesNotContain(HexFormat.of().formatHex("s3same".getBytes(StandardCharsets.UTF_8)));
    } finally {
      server.stop(0);
    }
  }

  private static String logs(Stack stack, String id) {
    List<String> lines = new ArrayList<>();
    stack
        .api()
        .get("/instances/" + id + "/logs")
        .findValues("text")
        .forEach(line -> lines.add(line.asText()));
    assertThat(lines).isNotEmpty();
    return String.join("\n", lines);
  }

  /** The command lines of all programs of this machine. */
  private static String commandLines() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      for (Path process :
          processes.filter(path -> path.resolve("cmdline").toFile().exists()).toList()) {
        try {
          all.append(Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1))
              .append('\n');
        } catch (IOException e) {
          // It has ended.
          all.append(process).append(" ended\n");
        }
      }
    }
    return all.toString();
  }

  /** All rows of all tables; bytes are in hexadecimal digits. */
  private static String database(Stack stack) throws SQLException {
    StringBuilder all = new StringBuilder();
    try (Connection connection = stack.connect();
        Statement statement = connection.createStatement()) {
      List<String> tables = new ArrayList<>();
      try (ResultSet rows =
          statement.executeQuery(
              "select c.oid::regclass::text from pg_class c where c.relkind = 'r'"
                  + " and c.relnamespace = 'public'::regnamespace")) {
        while (rows.next()) {
          tables.add(rows.getString(1));
        }
      }
      assertThat(tables).hasSizeGreaterThan(10);
      for (String table : tables) {
        try (ResultSet rows = statement.executeQuery("select t::text from " + table + " t")) {
          while (rows.next()) {
            all.append(rows.getString(1)).append('\n');
          }
        }
      }
    }
    return all.toString().toLowerCase(Locale.ROOT);
  }

  @Test
  void usesReplacedSecretForNextAttempt() throws Exception {
    try (Stack stack = new Stack("secret-rotation")) {
      Path secrets = secrets(stack);
      write(secrets, "ledger-token", "first-value");
      HttpServer server =
          server(
              request -> {
                write(secrets, "ledger-token", "second-value");
                return request == 1 ? 503 : 200;
              });
      try {
        stack.startScheduler();
        startAgent(stack, secrets);
        stack
            .api()
            .putJob(
                Stack.APP,
                "request",
                """
                {"processor":{"type":"http","url":"http://127.0.0.1:%d/",
                  "headers":{"Authorization":"${secret.ledger-token}"}},
                 "retry":{"maxAttempts":2,"backoff":"PT0S"}}"""
                    .formatted(server.getAddress().getPort()));

        JsonNode run = ended(stack, stack.api().run(Stack.APP, "request"));

        assertThat(run.get("state").asText()).isEqualTo("SUCCEEDED");
        assertThat(run.get("result").asText()).isEqualTo(MARKER + " got ***");
        assertThat(received).hasSize(2);
        assertThat(received.get(0)).startsWith("first-value ");
        assertThat(received.get(1)).startsWith("second-value ");
      } finally {
        server.stop(0);
      }
    }
  }

  @Test
  void failsRunWithoutRetryWhenSecretIsUnusable() throws Exception {
    try (Stack stack = new Stack("secret-missing")) {
      Path secrets = secrets(stack);
      write(secrets, "other", "of-another-job");
      write(secrets, "short", "12345");
      stack.startScheduler();
      startAgent(stack, secrets);

      assertFails(stack, "none", "the agent has no secret none (orrery.worker.secrets.dir)");
      assertFails(
          stack,
          "short",
          "the secret short has fewer than 6 characters, too few to mask them"
              + " (orrery.worker.secrets.dir)");
    }
  }

  private static void assertFails(Stack stack, String secret, String error) {
    stack
        .api()
        .putJob(
            Stack.APP,
            secret,
            """
            {"processor":{"type":"shell","script":"echo started","secrets":["%s"]},
             "retry":{"maxAttempts":5,"backoff":"PT0S"}}"""
                .formatted(secret));
    JsonNode run = ended(stack, stack.api().run(Stack.APP, secret));
    assertThat(run.get("state").asText()).isEqualTo("FAILED");
    assertThat(run.get("attempt").asInt()).isEqualTo(1);
    assertThat(run.get("error").asText()).isEqualTo(error);
  }

  @Test
  void refusesAgentStartWithoutSecretDirectory() {
    try (Stack stack = new Stack("secret-directory")) {
      stack.startScheduler();
      ProgramProcess agent =
          stack.launchAgent(
              "-Dorrery.worker.secrets.dir=" + stack.directory().resolve("no-secrets"));
      assertThat(agent.awaitExit(SOON)).isNotZero();
      assertThat(agent.output())
          .contains("orrery: cannot start: orrery.worker.secrets.dir names ")
          .doesNotContain("\tat ");
    }
  }
}
