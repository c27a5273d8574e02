package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Runs every attempt in a directory of its own, and removes the directory afterwards. */
final class WorkDirectory implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WorkDirectory.class);

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Another user can open what it owns below such a directory. */
  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  private static final Path TMP = Path.of("/tmp");
  private static final int STICKY = 01777;

  private final Path root;
  private final Optional<ProgramUser> user;

  private WorkDirectory(Path root, Optional<ProgramUser> user) {
    this.root = root;
    this.user = user;
  }

  /**
   * @param configured the parent directory; empty means that of the system for temporary files
   * @param user the owner of the directories of attempts; empty means the agent's user
   * @throws StartupException if it cannot be written
   */
  static WorkDirectory open(Optional<Path> configured, Optional<ProgramUser> user) {
    try {
      Path root = create(configured);
      if (user.isPresent()) {
        // Not when it is created: the umask may take the permissions away.
        Files.setPosixFilePermissions(root, PASSABLE);
      }
      return new WorkDirectory(root.toRealPath(), user);
    } catch (IOException e) {
      throw new StartupException(
          "the work directory cannot be used ("
              + e
              + "). Set orrery.worker.work-dir to a directory that this user may write.",
          e);
    }
  }

  private static Path create(Optional<Path> parent) throws IOException {
    if (parent.isEmpty()) {
      return Files.createTempDirectory("orrery-agent-", PRIVATE);
    }
    Files.createDirectories(parent.get());
    return Files.createTempDirectory(parent.get(), "agent-", PRIVATE);
  }

  /** The directory with those of the attempts. */
  Path root() {
    return root;
  }

  /** The user of the programs; empty if it is that of the agent. */
  Optional<ProgramUser> user() {
    return user;
  }

  /** An attempt that runs in a directory. */
  interface AttemptRun {
    String in(Path directory) throws Exception;
  }

  /** The script of an attempt in its directory. */
  static Path script(Path directory) {
    return directory.resolve("script.sh");
  }

  /** The directory for temporary files of the attempt that has this directory. */
  static Path temporary(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".tmp");
  }

  /**
   * Runs the attempt in a new directory, and removes it with everything that was left in it. Its
   * name consists of numbers alone, whatever the name of the job is.
   *
   * @param script the content of a file in the directory
   * @return the result of the attempt
   * @throws Exception that the attempt threw
   */
  String run(long instance, int attempt, Optional<String> script, AttemptRun run) throws Exception {
    Path directory = Files.createTempDirectory(root, instance + "-" + attempt + "-", PRIVATE);
    try {
      fill(directory, script);
      return run.in(directory);
    } finally {
      remove(List.of(directory, temporary(directory)));
    }
  }

  /**
   * Writes all files before the directory belongs to the user of the programs, who could put links
   * in their places.
   */
  private void fill(Path directory, Optional<String> script) throws IOException {
    List<Path> made = new ArrayList<>();
    if (script.isPresent()) {
      Files.writeString(script(directory), script.get(), StandardOpenOption.CREATE_NEW);
      made.add(script(directory));
    }
    Path temporary = Files.createDirectory(temporary(directory), PRIVATE);
    if (user.isEmpty()) {
      // As /tmp is, for programs that change their user; no other user can enter the parent.
      Files.setAttribute(temporary, "unix:mode", STICKY);
    }
    if (directory.startsWith(TMP)) {
      // The place where the directory appears in the program's own /tmp.
      Path place = temporary;
      for (Path name : TMP.relativize(directory)) {
        place = Files.createDirectory(place.resolve(name));
        made.add(place);
      }
    }
    made.add(temporary);
    made.add(directory);
    if (user.isPresent()) {
      // The parents last.
      Collections.sort(made, Comparator.comparing(Path::getNameCount).reversed());
      for (Path path : made) {
        user.get().own(path);
      }
    }
  }

  private void remove(List<Path> directories) {
    try {
      List<Path> present =
          directories.stream().filter(d -> Files.exists(d, LinkOption.NOFOLLOW_LINKS)).toList();
      List<Path> owned = new ArrayList<>();
      for (Path directory : present) {
        if (user.isPresent() && user.get().owns(directory)) {
          owned.add(directory);
        }
      }
      if (!owned.isEmpty()) {
        user.get().empty(owned);
      }
      for (Path directory : present) {
        if (owned.contains(directory)) {
          Files.delete(directory);
        } else {
          Files.walkFileTree(directory, new Deletion());
        }
      }
    } catch (IOException e) {
      warn(e);
    }
  }

  /** Removes the directories of attempts for whose end the agent did not wait, too. */
  @Override
  public void close() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(root)) {
      left.forEach(directory -> remove(List.of(directory)));
      Files.delete(root);
    } catch (IOException | DirectoryIteratorException e) {
      warn(e);
    }
  }

  private static void warn(Exception e) {
    LOG.warnf("A work directory could not be removed: %s", e.getMessage());
  }

  /** Follows no links, so that it stays inside. */
  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
      Files.delete(visited);
      return FileVisitResult.CONTINUE;
    }
  }
}
