package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Tools that npx downloads and runs, if Node and its registry are reachable. */
final class NodeTools {
  private static final String TYPESCRIPT = "typescript@5.9.3";
  private static final String SPECTRAL = "@stoplight/spectral-cli@6.16.3";
  private static final String REDOCLY = "@redocly/cli@2.77.0";

  private NodeTools() {}

  /** Skips the test with a message if npx cannot run the tools. */
  static void assume(String test) throws IOException {
    Path directory = Files.createTempDirectory("orrery-node");
    List<String> missing = new ArrayList<>();
    for (String[] tool :
        new String[][] {{TYPESCRIPT, "tsc"}, {SPECTRAL, "spectral"}, {REDOCLY, "redocly"}}) {
      try {
        if (npx(directory, tool[0], tool[1], "--version").exitCode() != 0) {
          missing.add(tool[0]);
        }
      } catch (java.io.UncheckedIOException e) {
        missing.add("npx");
      }
    }
    if (!missing.isEmpty()) {
      System.out.println("SKIPPED " + test + " of TypeScript and linters: no " + missing);
    }
    assumeTrue(missing.isEmpty());
  }

  /** Type-checks a program and its client, and returns the program as JavaScript. */
  static Path compile(Path program) {
    Path output = program.resolveSibling("typescript-out");
    List<String> words =
        List.of(
            "--strict",
            "--target",
            "es2020",
            "--lib",
            "es2022,dom",
            "--module",
            "commonjs",
            "--moduleResolution",
            "node10",
            "--outDir",
            output.toString(),
            program.toString());
    ToolProcess.Result result =
        npx(program.getParent(), TYPESCRIPT, "tsc", words.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.output()).isZero();
    return output.resolve(program.getFileName().toString().replaceFirst("ts$", "js"));
  }

  /** Returns the output of Spectral with its OpenAPI rules. */
  static String spectral(Path document) throws IOException {
    Path rules = document.resolveSibling("spectral.yaml");
    Files.writeString(rules, "extends: ['spectral:oas']\n");
    return npx(
            document.getParent(),
            SPECTRAL,
            "spectral",
            "lint",
            "--fail-severity=hint",
            "--ruleset",
            rules.toString(),
            document.toString())
        .output();
  }

  /** Returns the output of Redocly with its recommended rules. */
  static String redocly(Path document) {
    return npx(
            document.getParent(),
            REDOCLY,
            "redocly",
            "lint",
            "--extends=recommended",
            document.toString())
        .output();
  }

  private static ToolProcess.Result npx(
      Path directory, String tool, String program, String... words) {
    List<String> command = new ArrayList<>(List.of("npx", "--yes", "--package", tool, program));
    command.addAll(List.of(words));
    return ToolProcess.run(directory, program, command);
  }
}
