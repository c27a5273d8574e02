package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.WebhookReceiver;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The OpenAPI document of the packaged scheduler, as generators and linters read it. */
@Tag("thorough")
class GeneratedClientIT {
  private static final String PACKAGE = "dev.orrery.client";

  @Test
  void generatedJavaClientCompilesAndDrivesTheScheduler() throws IOException {
    try (WebhookReceiver receiver = new WebhookReceiver();
        Stack stack = new Stack("client", "-Dorrery.notifications.allowed-networks=127.0.0.1/32")) {
      stack.startScheduler();
      stack.startAgent();
      Path document = document(stack);
      Path sources = stack.directory().resolve("java-client");
      ClientGenerator.generate(
          document,
          "java",
          sources,
          "library=native",
          "openApiNullable=false",
          "useJakartaEe=true",
          "hideGenerationTimestamp=true",
          "invokerPackage=" + PACKAGE,
          "apiPackage=" + PACKAGE + ".api",
          "modelPackage=" + PACKAGE + ".model");
      Path driver = Files.writeString(sources.resolve("DriveClient.java"), driverSource());
      Path classes = compile(sources.resolve("src/main/java"), driver);

      ToolProcess.Result run =
          ToolProcess.run(
              stack.directory(),
              "drive",
              List.of(
                  "java",
                  "-cp",
                  classes + File.pathSeparator + ClientGenerator.classPath(),
                  "DriveClient",
                  "http://localhost:" + stack.apiPort(),
                  stack.api().token(),
                  receiver.url()));

      assertThat(run.exitCode()).as(run.output()).isZero();
      assertThat(run.output().lines())
          .contains(
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
  void typescriptClientIsTypeCheckedAndLintersFindNothing() throws IOException {
    NodeTools.assume("GeneratedClientIT");
    try (Stack stack = new Stack("client-typescript")) {
      stack.startScheduler();
      Path document = document(stack);
      Path sources = stack.directory().resolve("typescript-client");
      ClientGenerator.generate(document, "typescript-fetch", sources);

      NodeTools.typeCheck(sources);
      assertThat(NodeTools.spectral(document)).contains("No results with a severity of");
      assertThat(NodeTools.redocly(document))
          .contains("is valid")
          .doesNotContain("Warning was generated");
    }
  }

  private static Path document(Stack stack) throws IOException {
    return Files.writeString(
        stack.directory().resolve("openapi.json"),
        stack.api().callAt("GET", "/q/openapi?format=json", null).body().toPrettyString());
  }

  private static String driverSource() throws IOException {
    try (var source = GeneratedClientIT.class.getResourceAsStream("/clients/DriveClient.java")) {
      return new String(source.readAllBytes(), StandardCharsets.UTF_8);
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
