package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.WebhookReceiver;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Generates clients from the packaged scheduler's OpenAPI document, as docs/api.md describes it.
 */
@Tag("thorough")
@AtNight
class GeneratedClientIT {
  /** The lines that each client prints for the same scheduler. */
  private static final List<String> READ =
      List.of(
          "token forever expires never",
          "token limited expires 2099-01-01T00:00:00Z",
          "run CANCELED started never ended once",
          "run WAITING started never ended never",
          "replica seen never offset none",
          "dry run create",
          "cancel would match 1",
          "refused 422 INVALID cron");

  @Test
  void generatesJavaClientThatDrivesTheScheduler() throws IOException {
    try (WebhookReceiver receiver = new WebhookReceiver();
        NextRelease next = new NextRelease();
        Stack stack = new Stack("client", "-Dorrery.notifications.allowed-networks=127.0.0.1/32")) {
      stack.startScheduler();
      stack.startAgent();
      prepare(stack);
      Path sources = ClientGenerator.generate(stack, "java");
      Path driver = write(sources.resolve("DriveClient.java"), "DriveClient.java");
      Path classes = compile(sources.resolve("src/main/java"), driver);

      List<String> printed =
          drive(
              stack,
              next,
              List.of(
                  "java",
                  "-cp",
                  classes + File.pathSeparator + ClientGenerator.classPath(),
                  "DriveClient"),
              receiver.url());

      assertThat(printed).containsSequence(READ);
      assertThat(printed)
          .contains(
              "next release: token new role unknown_default_open_api",
              "dry run update priority 8",
              "created generated priority 7 0 0 * * * * version 2",
              "run SUCCEEDED",
              "log hello from a generated client",
              "canceled CANCELED",
              "webhook 1")
          .anyMatch(line -> line.matches("backfill [234]"))
          .anyMatch(line -> line.startsWith("refused 404 ") && line.contains("JOB_NOT_FOUND"));
    }
  }

  @Test
  void generatesTypescriptClientThatReadsTheScheduler() throws IOException {
    NodeTools.assume("GeneratedClientIT");
    try (NextRelease next = new NextRelease();
        Stack stack = new Stack("client-typescript")) {
      stack.startScheduler();
      prepare(stack);
      ClientGenerator.generate(stack, "typescript-fetch");
      Path driver = write(stack.directory().resolve("drive.ts"), "drive.ts");

      assertThat(drive(stack, next, List.of("node", NodeTools.compile(driver).toString())))
          .startsWith(READ.toArray(String[]::new))
          .endsWith("next release: token new role janitor");
    }
  }

  @Test
  void generatesPythonClientThatReadsTheScheduler() throws IOException {
    assumeTool(
        "Python",
        "the modules pydantic, urllib3 and dateutil",
        "python3",
        "-c",
        "import pydantic, urllib3, dateutil, typing_extensions; pydantic.VERSION >= '2' or exit(1)");
    try (NextRelease next = new NextRelease();
        Stack stack = new Stack("client-python")) {
      stack.startScheduler();
      prepare(stack);
      Path sources = ClientGenerator.generate(stack, "python");
      Path driver = write(sources.resolve("drive.py"), "drive.py");

      assertThat(drive(stack, next, List.of("python3", driver.toString())))
          .startsWith(READ.toArray(String[]::new))
          .endsWith("next release: ValidationError");
    }
  }

  /** Without Go, only the client's source is compared. */
  @Test
  void generatesGoClientThatReadsTheScheduler() throws IOException {
    try (NextRelease next = new NextRelease();
        Stack stack = new Stack("client-go")) {
      stack.startScheduler();
      prepare(stack);
      Path sources = ClientGenerator.generate(stack, "go");

      assertThat(Files.readString(sources.resolve("model_token.go")))
          .contains("ExpiresAt NullableTime `json:\"expiresAt\"`");
      assertThat(Files.readString(sources.resolve("model_role.go")))
          .contains("*v = ROLE_UNKNOWN_DEFAULT_OPEN_API");
      assertThat(Files.readString(sources.resolve("model_job.go")))
          .doesNotContain("DisallowUnknownFields");
      assertThat(Files.readString(sources.resolve("api_jobs.go")))
          .contains(") Document(document Job)");
      assumeTool("Go: its client is NOT COMPILED", "go", "go", "version");
      Path driver = write(sources.resolve("drive/main.go"), "drive.go");
      assertThat(
              drive(
                  stack,
                  next,
                  List.of("sh", "-ec", "cd '" + sources + "' && exec go run ./drive \"$@\"", "sh")))
          .as(driver.toString())
          .startsWith(READ.toArray(String[]::new))
          .endsWith("next release: token new role unknown_default_open_api");
    }
  }

  @Test
  void passesOpenApiLinters() throws IOException {
    NodeTools.assume("GeneratedClientIT");
    try (Stack stack = new Stack("client-linters")) {
      stack.startScheduler();
      Path document = document(stack);

      assertThat(NodeTools.spectral(document)).contains("No results with a severity of");
      assertThat(NodeTools.redocly(document))
          .contains("is valid")
          .doesNotContain("Warning was generated");
    }
  }

  /** Creates the tokens and the runs that the clients read. */
  private static void prepare(Stack stack) throws IOException {
    Api api = stack.api();
    for (String token :
        List.of(
            "{\"name\": \"forever\", \"role\": \"viewer\"}",
            "{\"name\": \"limited\", \"role\": \"viewer\","
                + " \"expiresAt\": \"2099-01-01T00:00:00Z\"}")) {
      assertThat(api.call("POST", "/apps/" + Stack.APP + "/tokens", token).status()).isEqualTo(201);
    }
    api.putJob(Stack.APP, "job", "{\"processor\": {\"type\": \"noop\"}}");
    String path = "/apps/" + Stack.APP + "/jobs/job/instances";
    String later = "{\"runAt\": \"2099-01-01T00:00:00Z\"}";
    assertThat(api.call("POST", path, later).status()).isEqualTo(202);
    JsonNode canceled = api.call("POST", path, later).body();
    api.cancel(canceled.get("id").asText());
  }

  /** Returns the output lines of a program that drives the scheduler with its client. */
  private static List<String> drive(
      Stack stack, NextRelease next, List<String> program, String... more) {
    List<String> command = new ArrayList<>(program);
    command.addAll(List.of("http://localhost:" + stack.apiPort(), stack.api().token(), next.url()));
    command.addAll(List.of(more));
    ToolProcess.Result run = ToolProcess.run(stack.directory(), "drive", command);
    assertThat(run.exitCode()).as(run.output()).isZero();
    return run.output().lines().toList();
  }

  /** Skips the test with a message if a tool is missing. */
  private static void assumeTool(String language, String tool, String... command)
      throws IOException {
    boolean present;
    try {
      Path directory = Files.createTempDirectory("orrery-client");
      present = ToolProcess.run(directory, "version", List.of(command)).exitCode() == 0;
    } catch (UncheckedIOException e) {
      present = false;
    }
    if (!present) {
      System.out.println("SKIPPED GeneratedClientIT of " + language + ": no " + tool);
    }
    assumeTrue(present);
  }

  private static Path document(Stack stack) throws IOException {
    return Files.writeString(
        stack.directory().resolve("openapi.json"),
        stack.api().callAt("GET", "/q/openapi?format=json", null).body().toPrettyString());
  }

  private static Path write(Path file, String driver) throws IOException {
    Files.createDirectories(file.getParent());
    try (var source = GeneratedClientIT.class.getResourceAsStream("/clients/" + driver)) {
      return Files.write(file, source.readAllBytes());
    }
  }

  private static Path compile(Path sources, Path driver) throws IOException {
    Path classes = Files.createDirectories(driver.resolveSibling("classes"));
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null);
        Stream<Path> found = Files.walk(sources)) {
      List<Path> all =
          Stream.concat(found.filter(file -> file.toString().endsWith(".java")), Stream.of(driver))
              .toList();
      StringWriter errors = new StringWriter();
      boolean compiled =
          compiler
              .getTask(
                  errors,
                  files,
                  null,
                  List.of("-nowarn", "-d", classes.toString(), "-cp", ClientGenerator.classPath()),
                  null,
                  files.getJavaFileObjectsFromPaths(all))
              .call();
      assertThat(compiled).as(errors.toString()).isTrue();
    }
    return classes;
  }
}
