package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The programs of the system that the agent itself uses. They come from these directories, whatever
 * the {@code PATH} is.
 */
record SystemPrograms(List<Path> directories) {
  static final SystemPrograms STANDARD =
      new SystemPrograms(List.of(Path.of("/usr/bin"), Path.of("/bin")));

  SystemPrograms {
    directories = List.copyOf(directories);
  }

  /** Returns the absolute path of a program. */
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
