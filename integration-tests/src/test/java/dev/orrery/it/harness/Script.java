package dev.orrery.it.harness;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the script {@code orrery} in a directory, as a user would. */
public final class Script {
  /** The first call may have to create the class archive. */
  private static final int MAX_SECONDS = 90;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final Map<String, String> environment;

  /**
   * @param directory to run in; it also receives the script's output files
   * @param environment in addition to the test's own
   */
  public Script(Path directory, Map<String, String> environment) {
    this.directory = directory;
    this.environment = environment;
  }

  public static Script of(Stack stack) {
    return new Script(
        stack.directory(),
        Map.of(
            "ORRERY_URL",
            "http://localhost:" + stack.apiPort(),
            "ORRERY_TOKEN",
            stack.api().token()));
  }

  public record Result(int exitCode, String out, String err) {
    public JsonNode json() throws IOException {
      return JSON.readTree(out);
    }
  }

  public Result run(String... words) throws IOException, InterruptedException {
    Process process = launch("out.txt", words);
    if (!process.waitFor(MAX_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new AssertionError("orrery " + String.join(" ", words) + " does not end");
    }
    return new Result(
        process.exitValue(),
        Files.readString(directory.resolve("out.txt")),
        Files.readString(directory.resolve("out.txt.err")));
  }

  /**
   * Starts it without waiting; the output goes to a file of this name, and errors to one with
   * ".err".
   */
  public Process launch(String out, String... words) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Stack.root().resolve("orrery").toString());
    command.addAll(List.of(words));
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectOutput(directory.resolve(out).toFile())
            .redirectError(directory.resolve(out + ".err").toFile());
    builder.environment().putAll(environment);
    return builder.start();
  }
}
