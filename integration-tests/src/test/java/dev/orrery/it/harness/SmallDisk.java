package dev.orrery.it.harness;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A small file system in memory that can fill up; needs root. */
public record SmallDisk(Path path, String size) implements AutoCloseable {

  /**
   * Mounts a file system.
   *
   * @param size as {@code mount} accepts it, such as {@code 40m}
   * @return empty if mounting is not possible
   */
  public static Optional<SmallDisk> mount(Path path, String size) throws IOException {
    Files.createDirectories(path);
    boolean mounted =
        run("mount", "-t", "tmpfs", "-o", "size=" + size + ",mode=700", "tmpfs", path.toString());
    return mounted ? Optional.of(new SmallDisk(path, size)) : Optional.empty();
  }

  /** Fills the remaining space, except for a little. */
  public Path fill() throws IOException {
    Path filler = path.resolve("filler");
    long megabytes = path.toFile().getUsableSpace() / (1024 * 1024) - 8;
    run("dd", "if=/dev/zero", "of=" + filler, "bs=1M", "count=" + megabytes);
    return filler;
  }

  /** Shrinks to the used space, without using memory for the rest. */
  public void shrink() throws IOException {
    long used = path.toFile().getTotalSpace() - path.toFile().getFreeSpace();
    // Somebody may have written more meanwhile; then the system refuses, and it is tried again.
    while (!remount(Long.toString(used))) {
      used = path.toFile().getTotalSpace() - path.toFile().getFreeSpace();
    }
  }

  /** Restores the original size. */
  public void grow() throws IOException {
    if (!remount(size)) {
      throw new IOException("The room of " + path + " was not given back");
    }
  }

  private boolean remount(String newSize) throws IOException {
    return run("mount", "-o", "remount,size=" + newSize, path.toString());
  }

  private static boolean run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    return process.onExit().join().exitValue() == 0;
  }

  @Override
  public void close() throws IOException {
    run("umount", "--lazy", path.toString());
  }
}
