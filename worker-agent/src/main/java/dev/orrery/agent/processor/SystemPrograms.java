package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Finds the system programs that the agent itself uses, in fixed directories and not by the {@code
 * PATH}.
 */
record SystemPrograms(List<Path> directories) {
  static final SystemPrograms STANDARD =
      new SystemPrograms(List.of(Path.of("/usr/bin"), Path.of("/bin")));

  SystemPrograms {
    directories = List.copyOf(directories);
  }

  Optional<String> find(String program) {
    return directories.stream()
        .map(directory -> directory.resolve(program))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst();
  }

  /**
   * @throws StartupException if the system lacks the program
   */
  String require(String program) {
    return find(program)
        .orElseThrow(
            () ->
                new StartupException(
                    "this agent needs the program "
                        + program
                        + " in /usr/bin or /bin. Install it, or leave shell out of"
                        + " orrery.worker.processors."));
  }
}
