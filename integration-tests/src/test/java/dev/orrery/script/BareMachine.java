package dev.orrery.script;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A fake machine for a script of the repository: a {@code PATH} with the tools of a base system,
 * and programs that only record their calls.
 */
final class BareMachine {
  private static final List<String> TOOLS =
      List.of(
          "awk",
          "cat",
          "chmod",
          "dirname",
          "find",
          "grep",
          "head",
          "locale",
          "mkdir",
          "mktemp",
          "mv",
          "readlink",
          "rm",
          "sed",
          "stty",
          "tail",
          "tee",
          "touch",
          "tr");

  private final Map<String, String> environment = new HashMap<>();
  private final Path directory;
  private final Path bin;
  private final Path notes;

  /**
   * @param directory an empty directory for the files of this machine
   */
  BareMachine(Path directory) throws IOException {
    this.directory = directory;
    bin = Files.createDirectories(directory.resolve("bin"));
    notes = Files.createFile(directory.resolve("notes.txt"));
    Path tools = Files.createDirectory(directory.resolve("tools"));
    for (String tool : TOOLS) {
      program(tools.resolve(tool), "exec %s \"$@\"".formatted(tool(tool)));
    }
    environment.put("PATH", bin + ":" + tools);
    environment.put("HOME", directory.toString());
    environment.put("LC_ALL", "C.UTF-8");
  }

  /** The directory of programs. */
  Path bin() {
    return bin;
  }

  void set(String variable, Object value) {
    environment.put(variable, value.toString());
  }

  /** Creates a program that records its path and arguments, and then runs the given lines. */
  void noting(Path file, String... lines) throws IOException {
    List<String> all = new ArrayList<>(List.of("echo \"$0 $*\" >>" + notes));
    all.addAll(List.of(lines));
    program(file, all.toArray(String[]::new));
  }

  /** Creates a Java that records all calls except version queries. */
  void java(Path file, String version, String... lines) throws IOException {
    List<String> all = new ArrayList<>();
    all.add("case \"$1\" in");
    all.add("-version) echo 'openjdk version \"%s\"' >&2; exit ;;".formatted(version));
    all.add("esac");
    all.add("echo \"$0 $*\" >>" + notes);
    all.addAll(List.of(lines));
    program(file, all.toArray(String[]::new));
  }

  private static void program(Path file, String... lines) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, "#!/bin/sh\n" + String.join("\n", lines) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  /** Returns the path of a system tool. */
  private static Path tool(String name) {
    return Stream.of("/usr/bin", "/bin")
        .map(place -> Path.of(place, name))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("There is no " + name));
  }

  /** Returns the exit code. */
  int run(Path script, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    return run(command);
  }

  /** Runs a shell command on a terminal of 97 columns. */
  int runOnTerminal(Path place, String command) throws IOException, InterruptedException {
    String all = "cd %s && stty rows 33 cols 97 && %s".formatted(place, command);
    return run(List.of(tool("script").toString(), "-qec", all, "/dev/null"));
  }

  private int run(List<String> command) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.txt").toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    try {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Returns the output of the last run, including errors. */
  String output() throws IOException {
    return Files.readString(directory.resolve("output.txt"));
  }

  /** Returns path and arguments of each recorded call, in order. */
  List<String> calls() throws IOException {
    return Files.readAllLines(notes);
  }

  String lastCall() throws IOException {
    List<String> calls = calls();
    return calls.get(calls.size() - 1);
  }

  void forgetCalls() throws IOException {
    Files.writeString(notes, "", StandardOpenOption.TRUNCATE_EXISTING);
  }
}
