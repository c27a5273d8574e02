package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
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
      return new WorkDirectory(root, user);
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

  /** Makes the user of the programs the owner of a file of an attempt. */
  void own(Path file) throws IOException {
    if (user.isPresent()) {
      user.get().own(file);
    }
  }

  /** An attempt that runs in a directory. */
  interface AttemptRun {
    String in(Path directory) throws Exception;
  }

  /**
   * Runs the attempt in a new directory, and removes it with everything that was left in it. Its
   * name consists of numbers alone, whatever the name of the job is.
   *
   * @return the result of the attempt
   * @throws Exception that the attempt threw
   */
  String run(long instance, int attempt, AttemptRun run) throws Exception {
    Path directory = Files.createTempDirectory(root, instance + "-" + attempt + "-", PRIVATE);
    try {
      own(directory);
      return run.in(directory);
    } finally {
      remove(directory);
    }
  }

  private void remove(Path directory) {
    try {
      if (user.isPresent()) {
        user.get().empty(directory);
        Files.delete(directory);
      } else {
        Files.walkFileTree(directory, new Deletion());
      }
    } catch (IOException e) {
      warn(e);
    }
  }

  /** Removes the directories of attempts for whose end the agent did not wait, too. */
  @Override
  public void close() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(root)) {
      left.forEach(this::remove);
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
