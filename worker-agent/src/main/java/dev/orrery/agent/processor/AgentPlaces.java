package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The files and directories of the agent that job programs must not read, or must not change
 * because the agent or its user runs them later.
 *
 * @param tokenFile file with the agent's token, if any
 * @param secrets directory with the secrets of jobs, if any
 * @param directory the working directory, where the agent reads its configuration
 * @param homes home directories, whose start files a login runs
 * @param programs the installation, the plugins, the Java runtime, and directories of the PATH that
 *     do not belong to root
 */
record AgentPlaces(
    Optional<Path> tokenFile,
    Optional<Path> secrets,
    Path directory,
    List<Path> homes,
    List<Path> programs) {
  private static final String SCRIPT = "orrery";

  AgentPlaces {
    homes = List.copyOf(homes);
    programs = List.copyOf(programs);
  }

  /**
   * @throws StartupException if the locale cannot decode a path of the environment
   */
  static AgentPlaces current(
      Optional<Path> tokenFile, Optional<Path> secrets, Optional<Path> pluginDir) {
    try {
      return find(tokenFile, secrets, pluginDir);
    } catch (InvalidPathException e) {
      throw new StartupException(
          "the locale cannot read the path '"
              + e.getInput()
              + "' of PATH, HOME or the class path. Start the agent with LC_ALL=C.UTF-8.",
          e);
    }
  }

  private static AgentPlaces find(
      Optional<Path> tokenFile, Optional<Path> secrets, Optional<Path> pluginDir) {
    Path directory = Path.of("").toAbsolutePath();
    Set<Path> homes = new LinkedHashSet<>();
    homes.add(Path.of(System.getProperty("user.home")));
    Optional.ofNullable(System.getenv("HOME")).map(Path::of).ifPresent(homes::add);
    Set<Path> programs = new LinkedHashSet<>();
    for (String entry : System.getProperty("java.class.path", "").split(":", -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      programs.add(installation(Files.isDirectory(path) ? path : path.getParent()));
    }
    Optional.ofNullable(System.getProperty("java.home")).map(Path::of).ifPresent(programs::add);
    // A native program.
    ProcessHandle.current()
        .info()
        .command()
        .map(command -> Path.of(command).getParent())
        .filter(path -> !isOfRoot(path))
        .ifPresent(programs::add);
    pluginDir.map(Path::toAbsolutePath).ifPresent(programs::add);
    for (String entry : Optional.ofNullable(System.getenv("PATH")).orElse("").split(":", -1)) {
      Path path = directory.resolve(entry);
      if (!entry.isEmpty() && Files.isDirectory(path) && !isOfRoot(path)) {
        programs.add(path);
      }
    }
    return new AgentPlaces(
        tokenFile, secrets, directory, List.copyOf(homes), List.copyOf(programs));
  }

  /** Returns the nearest parent directory with the script {@code orrery}. */
  private static Path installation(Path program) {
    for (Path parent = program; parent != null; parent = parent.getParent()) {
      if (Files.isRegularFile(parent.resolve(SCRIPT))
          && Files.isExecutable(parent.resolve(SCRIPT))) {
        return parent;
      }
    }
    return program;
  }

  /** Adds the home directory of the user of programs, if any. */
  AgentPlaces with(Optional<ProgramUser> user) throws IOException {
    List<Path> all = new ArrayList<>(homes);
    if (user.isPresent()) {
      user.get().home().ifPresent(all::add);
    }
    return new AgentPlaces(tokenFile, secrets, directory, all, programs);
  }

  private static boolean isOfRoot(Path path) {
    try {
      return Files.getAttribute(path, "unix:uid").equals(0);
    } catch (IOException e) {
      return false;
    }
  }
}
