package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.AttemptFailedException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Runs every attempt in a new directory, and removes the directory afterwards. */
final class WorkDirectory implements AutoCloseable {
  private static final Logger LOG = Logger.getLogger(WorkDirectory.class);

  private static final FileAttribute<?> PRIVATE =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  /** Lets another user reach its own files below the directory. */
  private static final Set<PosixFilePermission> PASSABLE =
      PosixFilePermissions.fromString("rwx--x--x");

  private static final Path TMP = Path.of("/tmp");
  private static final int STICKY = 01777;

  private final Path root;
  private final Optional<ProgramUser> user;
  private final UserPrincipal owner;
  private Object key;

  private WorkDirectory(Path root, Optional<ProgramUser> user) throws IOException {
    this.root = root;
    this.user = user;
    PosixFileAttributes attributes = attributes();
    this.owner = attributes.owner();
    this.key = attributes.fileKey();
  }

  /**
   * @param configured the parent directory; empty means the system's directory for temporary files
   * @param user the owner of the directories of attempts; empty means the agent's user
   * @throws StartupException if the directory is not writable
   */
  static WorkDirectory open(Optional<Path> configured, Optional<ProgramUser> user) {
    try {
      WorkDirectory made = new WorkDirectory(create(configured).toRealPath(), user);
      made.open();
      return made;
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

  /** Grants the user of the programs access to the directory. */
  private void open() throws IOException {
    if (user.isPresent()) {
      // Not when it is created: the umask may take the permissions away.
      Files.setPosixFilePermissions(root, PASSABLE);
    }
  }

  private PosixFileAttributes attributes() throws IOException {
    return Files.readAttributes(root, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  /**
   * Recreates a missing root: programs that clean up /tmp remove it while no attempt uses it.
   *
   * @return true if the root has changed since the last call
   * @throws AttemptFailedException if it cannot be created, or if another user has created it
   */
  synchronized boolean renew() throws AttemptFailedException {
    try {
      boolean gone = !Files.exists(root, LinkOption.NOFOLLOW_LINKS);
      if (gone) {
        Files.createDirectories(root.getParent());
        Files.createDirectory(root, PRIVATE);
        open();
        LOG.warnf(
            "Work directory was removed while the agent ran; recreated it: directory=%s. Exclude it"
                + " from cleanup programs, or set orrery.worker.work-dir.",
            root);
      }
      PosixFileAttributes attributes = attributes();
      if (!attributes.isDirectory() || !attributes.owner().equals(owner)) {
        throw new AttemptFailedException(
            "cannot start programs: the work directory "
                + root
                + " was replaced after its start. Remove it, or restart the agent.");
      }
      // A directory that is made again may get the old key.
      boolean changed = gone || !attributes.fileKey().equals(key);
      key = attributes.fileKey();
      return changed;
    } catch (IOException e) {
      throw new AttemptFailedException(
          "cannot start programs: the work directory was removed and cannot be"
              + " recreated: "
              + e);
    }
  }

  /** The parent of the attempts' directories. */
  Path root() {
    return root;
  }

  /** The user of the programs; empty if it is the agent's user. */
  Optional<ProgramUser> user() {
    return user;
  }

  /** An attempt that runs in a directory. */
  interface AttemptRun {
    String in(Path directory) throws Exception;
  }

  static Path script(Path directory) {
    return directory.resolve("script.sh");
  }

  static Path temporary(Path directory) {
    return directory.resolveSibling(directory.getFileName() + ".tmp");
  }

  /**
   * Runs the attempt in a new directory, and removes the directory with its content. Its name
   * consists only of numbers, independent of the job's name.
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
   * Writes all files before the directory belongs to the user of the programs, who could otherwise
   * replace them by links.
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
    for (Path directory : directories) {
      try {
        if (Files.exists(directory, LinkOption.NOFOLLOW_LINKS)) {
          remove(directory);
        }
      } catch (IOException e) {
        warn(directory, e);
      }
    }
  }

  private void remove(Path directory) throws IOException {
    if (user.isPresent() && user.get().owns(directory)) {
      user.get().empty(directory);
      Files.delete(directory);
    } else {
      TreeDeletion.delete(directory);
    }
  }

  /** Also removes the directories of attempts whose end the agent did not wait for. */
  @Override
  public void close() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(root)) {
      left.forEach(directory -> remove(List.of(directory)));
      Files.delete(root);
    } catch (NoSuchFileException e) {
      LOG.debugf("Work directory no longer exists; nothing to remove: directory=%s", root);
    } catch (IOException | DirectoryIteratorException e) {
      warn(root, e);
    }
  }

  private static void warn(Path directory, Exception e) {
    LOG.warnf(
        "Failed to remove a work directory; leaving its remaining files: directory=%s: %s",
        directory, e);
  }
}
