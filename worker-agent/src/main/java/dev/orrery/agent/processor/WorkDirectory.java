package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Runs every attempt in a directory of its own, and removes the directory afterwards. */
public final class WorkDirectory implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WorkDirectory.class);

  private final Path root;

  private WorkDirectory(Path root) {
    this.root = root;
  }

  /**
   * @param configured where to; empty means a temporary directory
   * @throws StartupException if it cannot be written
   */
  public static WorkDirectory open(Optional<Path> configured) {
    try {
      if (configured.isPresent()) {
        Files.createDirectories(configured.get());
        return new WorkDirectory(Files.createTempDirectory(configured.get(), "agent-", PRIVATE));
      }
      return new WorkDirectory(Files.createTempDirectory("orrery-agent-", PRIVATE));
    } catch (IOException e) {
      throw new StartupException(
          "the work directory cannot be used ("
              + e
              + "). Set orrery.worker.work-dir to a directory that this user may write.",
          e);
    }
  }

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

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
      return run.in(directory);
    } finally {
      remove(directory);
    }
  }

  private static void remove(Path directory) {
    try {
      Files.walkFileTree(directory, new Deletion());
    } catch (IOException e) {
      LOG.warnf("A work directory could not be removed: %s", e.getMessage());
    }
  }

  @Override
  public void close() {
    remove(root);
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
