package dev.orrery.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Tools that npx fetches and runs, where Node and its registry are within reach. */
final class NodeTools {
  private static final String TYPESCRIPT = "typescript@5.9.3";
  private static final String SPECTRAL = "@stoplight/spectral-cli@6.16.3";
  private static final String REDOCLY = "@redocly/cli@2.77.0";

  private NodeTools() {}

  /** Skips the test, and says so, where npx cannot run one of the tools. */
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

  static void typeCheck(Path sources) throws IOException {
    List<String> words =
        new ArrayList<>(
            List.of("--noEmit", "--strict", "--target", "es2020", "--lib", "es2020,dom"));
    words.addAll(List.of("--moduleResolution", "bundler", "--module", "es2022"));
    try (Stream<Path> files = Files.walk(sources)) {
      files.map(Path::toString).filter(file -> file.endsWith(".ts")).forEach(words::add);
    }
    ToolProcess.Result result =
        npx(sources.getParent(), TYPESCRIPT, "tsc", words.toArray(String[]::new));
    assertThat(result.exitCode()).as(result.output()).isZero();
  }

  /** Returns what Spectral prints with its rules for OpenAPI. */
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

  /** Returns what Redocly prints with its recommended rules. */
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
