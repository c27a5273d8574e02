package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Runs the command lines of docs/api.md verbatim. The build copies openapi-generator and the
 * libraries of a Java client into a directory.
 */
final class ClientGenerator {
  private static final Path TOOLS = Path.of(System.getProperty("orrery.it.tools")).toAbsolutePath();
  private static final Pattern BLOCK =
      Pattern.compile("^```sh\\n(.*?)^```", Pattern.MULTILINE | Pattern.DOTALL);

  /**
   * The generator prints the first message for every OpenAPI 3.1 document, the others for untyped
   * properties and for a property called {@code from} in Python.
   */
  private static final List<String> HARMLESS =
      List.of(
          "OpenAPI 3.1 support is still in beta",
          "Failed to get the schema name: null",
          "Codegen property is null",
          "From (reserved word) cannot be used as model name");

  private ClientGenerator() {}

  /**
   * Generates a client with the command line of the page; fails on any complaint of the generator.
   *
   * @param name of the generator
   * @return the directory of the client
   */
  static Path generate(Stack stack, String name) throws IOException {
    String client = "client-" + name.replaceFirst("-.*", "");
    run(stack, "document", "/q/openapi");
    String output = run(stack, client, "generate -g " + name + " ");

    assertThat(output.lines())
        .filteredOn(line -> line.contains(" WARN ") || line.contains(" ERROR "))
        .allMatch(line -> HARMLESS.stream().anyMatch(line::contains));
    return stack.directory().resolve(client);
  }

  private static String run(Stack stack, String name, String part) throws IOException {
    Path programs = Files.createDirectories(stack.directory().resolve("bin"));
    Path program = programs.resolve("openapi-generator-cli");
    Files.writeString(
        program,
        "#!/bin/sh\nexec java -cp '%s' org.openapitools.codegen.OpenAPIGenerator \"$@\"\n"
            .formatted(classPath()));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    ToolProcess.Result result =
        ToolProcess.run(
            stack.directory(),
            name,
            List.of(
                "env",
                "PATH=" + programs + File.pathSeparator + System.getenv("PATH"),
                "ORRERY_URL=http://localhost:" + stack.apiPort(),
                "ORRERY_TOKEN=" + stack.api().token(),
                "sh",
                "-ec",
                block(part)));
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }

  /** Returns the command block that contains this text. */
  private static String block(String part) throws IOException {
    List<String> blocks =
        BLOCK
            .matcher(Files.readString(Stack.root().resolve("docs/api.md")))
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains(part))
            .toList();
    assertThat(blocks).as(part).hasSize(1);
    return blocks.get(0);
  }

  /** Returns the class path of the generator, which also serves a Java client. */
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
