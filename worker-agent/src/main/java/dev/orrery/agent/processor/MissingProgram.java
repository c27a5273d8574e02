package dev.orrery.agent.processor;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Explains that a command failed to start because its program is missing on the worker. */
final class MissingProgram {
  /**
   * Exit codes of a launcher that does not find a program; 126 if it may not read a directory of
   * the PATH. Programs use both codes for other reasons.
   */
  private static final Set<Integer> EXIT_CODES = Set.of(126, 127);

  private static final Pattern SPACES = Pattern.compile("\\s+");

  private MissingProgram() {}

  /**
   * Returns advice if the program is missing; empty if it exists, or if the exit code has another
   * meaning.
   *
   * @param command program and arguments; empty if the program is a shell with a script
   * @param directory in which the program is started
   * @param path the variable PATH, null if it is not set
   */
  static Optional<String> explain(int exitCode, List<String> command, Path directory, String path) {
    if (command.isEmpty()) {
      return Optional.empty();
    }
    String program = command.get(0);
    if (!EXIT_CODES.contains(exitCode) || exists(program, directory, path == null ? "" : path)) {
      return Optional.empty();
    }
    String[] words = SPACES.split(program.strip());
    return Optional.of(
        "there is no program '"
            + program
            + "'"
            + (program.contains("/") ? "" : " in the PATH of the worker")
            + ". 'command' is one program with its arguments as a list, without a shell"
            + (words.length > 1 ? ": [" + String.join(", ", words) + "]" : "")
            + "; a shell script belongs in 'script'");
  }

  private static boolean exists(String program, Path directory, String path) {
    if (!ProgramText.isPassed(program)) {
      // A locale that cannot write the name cannot look for it either.
      return true;
    }
    if (program.contains("/")) {
      return Files.exists(directory.resolve(program));
    }
    return Arrays.stream(path.split(":"))
        .map(entry -> directory.resolve(entry).resolve(program))
        .anyMatch(Files::exists);
  }
}
