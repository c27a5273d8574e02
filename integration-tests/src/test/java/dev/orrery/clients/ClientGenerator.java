package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Runs openapi-generator, which the build copies into a directory with what its clients need. */
final class ClientGenerator {
  private static final Path TOOLS = Path.of(System.getProperty("orrery.it.tools")).toAbsolutePath();

  /** It says so of every document of OpenAPI 3.1. */
  private static final String BETA = "OpenAPI 3.1 support is still in beta";

  private ClientGenerator() {}

  /**
   * Generates a client, and fails on whatever the generator complains of.
   *
   * @param properties as {@code name=value}
   */
  static void generate(Path document, String generator, Path client, String... properties) {
    ToolProcess.Result result =
        ToolProcess.run(
            document.getParent(),
            "generate-" + generator,
            List.of(
                "java",
                "-cp",
                classPath(),
                "org.openapitools.codegen.OpenAPIGenerator",
                "generate",
                "--generator-name",
                generator,
                "--input-spec",
                document.toString(),
                "--output",
                client.toString(),
                "--additional-properties=" + String.join(",", properties)));

    assertThat(result.exitCode()).as(result.output()).isZero();
    assertThat(result.output().lines())
        .filteredOn(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .allMatch(line -> line.contains(BETA));
  }

  /** The generator with its libraries, which are also those of a Java client. */
  static String classPath() {
    try (Stream<Path> jars = Files.list(TOOLS)) {
      List<String> paths = jars.map(Path::toString).sorted().toList();
      assertThat(paths).as("jars in %s", TOOLS).hasSizeGreaterThan(1);
      return String.join(File.pathSeparator, paths);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
