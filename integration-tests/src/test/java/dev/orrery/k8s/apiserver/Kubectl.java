package dev.orrery.k8s.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs kubectl as a user would. */
final class Kubectl {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_SECONDS = 120;

  private final Path program;
  private final Map<String, String> environment;

  /**
   * @param environment in addition to the test's own
   */
  Kubectl(Path program, Map<String, String> environment) {
    this.program = program;
    this.environment = environment;
  }

  Kubectl with(String variable, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(variable, value);
    return new Kubectl(program, more);
  }

  record Result(String command, int exitCode, String out, String err) {
    /**
     * @throws AssertionError if the command failed
     */
    Result orFail() {
      if (exitCode != 0) {
        throw new AssertionError(this);
      }
      return this;
    }

    JsonNode json() {
      try {
        return JSON.readTree(orFail().out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public String toString() {
      return command + "\nended with " + exitCode + "\n" + out + err;
    }
  }

  /** Runs a command that may fail. */
  Result attempt(String... arguments) {
    return call(List.of(program.toString()), "", List.of(arguments));
  }

  /** Runs a command that must succeed. */
  Result run(String... arguments) {
    return attempt(arguments).orFail();
  }

  /** Runs a command that must succeed. */
  Result run(List<String> arguments) {
    return run(arguments.toArray(String[]::new));
  }

  /** Applies one or more objects in YAML. */
  Result apply(String objects) {
    return call(List.of(program.toString()), objects, List.of("apply", "-f", "-")).orFail();
  }

  /** Runs shell commands in which {@code kubectl} is this one; they must succeed. */
  Result shell(String lines) {
    return call(List.of("bash", "-euo", "pipefail"), lines, List.of()).orFail();
  }

  private Result call(List<String> command, String input, List<String> arguments) {
    List<String> words = new ArrayList<>(command);
    words.addAll(arguments);
    try {
      Path out = Files.createTempFile("kubectl-", ".out");
      Path err = Files.createTempFile("kubectl-", ".err");
      try {
        ProcessBuilder builder =
            new ProcessBuilder(words).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        builder
            .environment()
            .merge(
                "PATH",
                program.getParent().toString(),
                (inherited, first) -> first + File.pathSeparator + inherited);
        Process process = builder.start();
        try (OutputStream in = process.getOutputStream()) {
          in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
          process.destroyForcibly();
          throw new AssertionError(String.join(" ", words) + " does not end");
        }
        return new Result(
            arguments.isEmpty() ? input : "kubectl " + String.join(" ", arguments),
            process.exitValue(),
            Files.readString(out),
            Files.readString(err));
      } finally {
        Files.delete(out);
        Files.delete(err);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("Interrupted", e);
    }
  }
}
