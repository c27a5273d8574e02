package dev.orrery.worker.test.scheduler;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/**
 * The temporary directory of a scheduler, and the process that uses it. When the JVM ends, even
 * while the scheduler starts, the process is stopped and the directory is deleted.
 */
final class SchedulerDirectory implements AutoCloseable {
  private final Path path;
  private final Thread atExit = new Thread(this::end, "orrery-local-scheduler-stop");
  private @Nullable SchedulerProcess process;
  private boolean ended;

  /**
   * @param parent for the new directory
   */
  SchedulerDirectory(Path parent) {
    try {
      Files.createDirectories(parent);
      path = Files.createTempDirectory(parent, "orrery-scheduler-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  Path path() {
    return path;
  }

  /** Sets the process to stop; one before has ended. */
  synchronized SchedulerProcess uses(SchedulerProcess started) {
    process = started;
    return started;
  }

  /** Stops the process, and deletes the directory. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM ends: its hook does the same, and whoever is second waits for the first.
      end();
      return;
    }
    end();
  }

  private synchronized void end() {
    if (ended) {
      return;
    }
    ended = true;
    if (process != null) {
      process.stop();
    }
    try {
      Files.walkFileTree(path, new Deletion());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, IOException failure)
        throws IOException {
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
