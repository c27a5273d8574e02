package dev.orrery.agent.processor;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Deletes a directory with its content, regardless of file modes. It continues after an error, and
 * does not follow links, so that it deletes nothing outside the directory.
 */
final class TreeDeletion extends SimpleFileVisitor<Path> {
  private static final Logger LOG = Logger.getLogger(TreeDeletion.class);

  private static final Set<PosixFilePermission> OF_THE_OWNER =
      PosixFilePermissions.fromString("rwx------");

  /** Directories that cannot be opened even with all permissions. */
  private final Set<Path> closed = new HashSet<>();

  private IOException first;

  private TreeDeletion() {}

  /**
   * @throws IOException for the first remaining path
   */
  static void delete(Path directory) throws IOException {
    TreeDeletion deletion = new TreeDeletion();
    Files.walkFileTree(directory, deletion);
    if (deletion.first != null) {
      throw deletion.first;
    }
  }

  @Override
  public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
    permit(visited);
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
    return remove(file);
  }

  /** A directory without read permission arrives here before {@link #preVisitDirectory}. */
  @Override
  public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
    if (Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS) && closed.add(file)) {
      permit(file);
      Files.walkFileTree(file, this);
    } else {
      keep(e);
    }
    return FileVisitResult.CONTINUE;
  }

  @Override
  public FileVisitResult postVisitDirectory(Path visited, IOException e) {
    return remove(visited);
  }

  /** Only the owner can do this. */
  private void permit(Path directory) {
    try {
      Set<PosixFilePermission> all = new HashSet<>(Files.getPosixFilePermissions(directory));
      if (all.addAll(OF_THE_OWNER)) {
        Files.setPosixFilePermissions(directory, all);
      }
    } catch (IOException e) {
      // If it matters, the deletion fails, too.
      LOG.debugf(
          "Failed to change the permissions of a directory; trying to delete it anyway:"
              + " directory=%s: %s",
          directory, e);
    }
  }

  private FileVisitResult remove(Path path) {
    try {
      Files.delete(path);
    } catch (IOException e) {
      keep(e);
    }
    return FileVisitResult.CONTINUE;
  }

  private void keep(IOException e) {
    if (first == null) {
      first = e;
    }
  }
}
