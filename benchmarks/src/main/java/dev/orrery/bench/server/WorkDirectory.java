package dev.orrery.bench.server;

import dev.orrery.bench.BenchException;
import dev.orrery.scheduler.base.embedded.DirectoryRemover;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The directory of a run. Only one run at a time may use it, because two runs on one machine would
 * disturb each other. The database's programs stay for the next run; everything else is deleted.
 */
public final class WorkDirectory implements AutoCloseable {
  private static final long NEEDED_BYTES = 6L * 1024 * 1024 * 1024;

  private final Path root;
  private final FileChannel lockFile;

  private WorkDirectory(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /**
   * @throws BenchException if another run uses it, it is not writable, or its disk is too full
   */
  public static WorkDirectory open(Path root) {
    try {
      Files.createDirectories(root);
      FileChannel file =
          FileChannel.open(
              root.resolve("bench.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      lock(file, root);
      if (root.toFile().getUsableSpace() < NEEDED_BYTES) {
        throw new BenchException(
            "6 GB are needed on the disk of " + root + "; --dir names another place.");
      }
      return new WorkDirectory(root, file);
    } catch (IOException e) {
      throw new BenchException("The directory " + root + " cannot be used: " + e, e);
    }
  }

  private static void lock(FileChannel file, Path root) throws IOException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      // By this very process.
      lock = null;
    }
    if (lock == null) {
      file.close();
      throw new BenchException("Another run is using " + root + ". Wait until it ends.");
    }
  }

  Path data() {
    return root.resolve("data");
  }

  Path serverPrograms() {
    return root.resolve("server");
  }

  public Path logs() {
    return root.resolve("logs");
  }

  void deleteData() throws IOException {
    DirectoryRemover.delete(data());
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
