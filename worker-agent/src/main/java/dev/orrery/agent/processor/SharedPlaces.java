package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The directories that job programs need, and that therefore cannot be hidden from them. */
final class SharedPlaces {
  /** Each program has a private /tmp and /dev/shm. */
  static final List<Path> PRIVATE = List.of(Path.of("/tmp"), Path.of("/dev/shm"));

  private static final Set<Path> OF_THE_SYSTEM =
      Stream.of("bin", "dev", "etc", "home", "lib", "opt", "proc", "run", "sbin", "srv", "sys")
          .map(Path.of("/")::resolve)
          .collect(Collectors.toUnmodifiableSet());

  private static final List<Path> NEEDED =
      List.of(Path.of("/usr/bin"), Path.of("/tmp"), Path.of("/proc"), Path.of("/var/tmp"));

  private final Path workDirectory;
  private final List<Path> inTmp;
  private final List<Path> needed = new ArrayList<>(NEEDED);

  private SharedPlaces(Path workDirectory, List<Path> inTmp) {
    this.workDirectory = workDirectory;
    this.inTmp = inTmp;
  }

  /**
   * @param writable real paths of the settings; all programs see those that are directories in /tmp
   */
  static SharedPlaces of(AgentPlaces places, Path workDirectory, Set<Path> writable)
      throws IOException {
    List<Path> inTmp =
        writable.stream().filter(path -> isBelowTmp(path) && Files.isDirectory(path)).toList();
    SharedPlaces shared = new SharedPlaces(workDirectory, inTmp);
    shared.needed.add(workDirectory);
    shared.needed.addAll(inTmp);
    shared.needed.add(places.directory().toRealPath());
    for (Path home : places.homes()) {
      if (Files.isDirectory(home)) {
        shared.needed.add(home.toRealPath());
      }
    }
    return shared;
  }

  static boolean isPrivate(Path real) {
    return PRIVATE.stream().anyMatch(real::startsWith);
  }

  /** In the order of the writable paths. */
  List<Path> inTmp() {
    return inTmp;
  }

  /** Returns true if programs do not see the directory, since each has its own in that place. */
  boolean isUnseen(Path real) {
    return isPrivate(real) && inTmp.stream().noneMatch(real::startsWith);
  }

  private static boolean isBelowTmp(Path real) {
    return real.startsWith(PRIVATE.get(0)) && !PRIVATE.contains(real);
  }

  /** Returns true if no program needs the directory. */
  boolean isFree(Path directory) {
    boolean isShared =
        OF_THE_SYSTEM.contains(directory)
            || needed.stream().anyMatch(path -> path.startsWith(directory));
    return isUnseen(directory) || !isShared;
  }

  void requireOwnDirectory(String setting, Path file, Path directory) {
    if (!isFree(directory)) {
      throw new StartupException(
          setting
              + " is '"
              + file
              + "'. A file is hidden from shell jobs with its whole directory, and they need "
              + directory
              + ". Move the file to a directory of its own.");
    }
  }

  void requireNoWorkDirectory(String setting, Path path, Path directory) {
    if (workDirectory.startsWith(directory)) {
      throw new StartupException(
          setting
              + " names '"
              + path
              + "', which contains the work directory of shell jobs. Set orrery.worker.work-dir"
              + " to another directory.");
    }
  }
}
