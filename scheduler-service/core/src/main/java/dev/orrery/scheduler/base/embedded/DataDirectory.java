package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.Base64;

/**
 * The data directory, used by one service at a time. Only the user of the service can read its
 * secrets.
 */
public final class DataDirectory {
  /** A first start writes about 60 MB of programs and 40 MB of data. */
  private static final long NEEDED_BYTES = 300L * 1024 * 1024;

  private static final String PASSWORD = "database-password";

  private final Path root;
  private FileChannel lockFile;

  public DataDirectory(Path root) {
    this.root = root;
  }

  Path postgresData() {
    return root.resolve("postgres");
  }

  Path startLog() {
    return root.resolve("postgres-start.log");
  }

  Path serverLogs() {
    return root.resolve("log");
  }

  /**
   * Creates the directory if it is missing, and locks it until the process ends.
   *
   * @throws StartupException if another service holds it, it cannot be written, or its disk is full
   */
  void open() {
    try {
      Files.createDirectories(root);
      restrict(root, "rwx------");
      takeLock();
      requirePassword();
      if (!Files.exists(postgresData()) && root.toFile().getUsableSpace() < NEEDED_BYTES) {
        throw new StartupException(
            "the disk of the data directory "
                + root
                + " is nearly full: the embedded database needs 300 MB for its first start. Free"
                + " some space, or set orrery.data-dir to another place.");
      }
    } catch (FileAlreadyExistsException e) {
      throw unusable("it is a file", e);
    } catch (AccessDeniedException e) {
      throw unusable("permission denied" + owner(e.getFile()), e);
    } catch (FileSystemException e) {
      throw unusable(
          (e.getReason() == null ? "the system does not allow it there" : e.getReason())
              + owner(e.getFile()),
          e);
    } catch (IOException e) {
      throw unusable(e.toString(), e);
    }
  }

  private String owner(String file) {
    return file == null ? "" : ownerOf(Path.of(file), System.getProperty("user.name"));
  }

  /** Returns the owner of the contents and the fix, if another user owns them; otherwise empty. */
  String ownerOf(Path file, String user) {
    Path there = file.toAbsolutePath();
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    try {
      String owner = Files.getOwner(there).getName();
      if (owner.equals(user)) {
        return "";
      }
      return "; "
          + there
          + " belongs to "
          + owner
          + ", and this process runs as "
          + user
          + (there.startsWith(root) ? ": chown -R " + user + " " + root : "");
    } catch (IOException e) {
      return "";
    }
  }

  private StartupException unusable(String why, IOException cause) {
    return new StartupException(
        "the data directory "
            + root
            + " cannot be used: "
            + why
            + ". Set orrery.data-dir to a directory that this user may write.",
        cause);
  }

  /**
   * Requires the password file: the database keeps its first password, so a new one would be
   * refused.
   */
  private void requirePassword() {
    Path password = root.resolve(PASSWORD);
    if (Files.exists(postgresData().resolve("PG_VERSION")) && !Files.exists(password)) {
      throw new StartupException(
          "the file "
              + password
              + " is missing, and the database in "
              + postgresData()
              + " cannot be opened without it. Restore the file from a backup, or set"
              + " orrery.data-dir to another place for a new database.");
    }
  }

  StartupException wrongPassword(SQLException cause) {
    return new StartupException(
        "the database in "
            + postgresData()
            + " refuses the password in the file "
            + root.resolve(PASSWORD)
            + ". Restore the file from a backup, or set orrery.data-dir to another place for a new"
            + " database.",
        cause);
  }

  private void takeLock() throws IOException {
    Path file = root.resolve("orrery.lock");
    lockFile =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    FileLock lock = lockFile.tryLock();
    if (lock == null) {
      String holder = Files.readString(file).strip();
      throw new StartupException(
          "the data directory "
              + root
              + " is in use by another Orrery (process "
              + holder
              + "). Stop that one, or set orrery.data-dir to another place.");
    }
    lockFile.truncate(0);
    lockFile.write(
        StandardCharsets.US_ASCII.encode(Long.toString(ProcessHandle.current().pid())), 0);
  }

  /** Unlocks the directory; must be called last. */
  void release() throws IOException {
    lockFile.close();
  }

  /**
   * Returns the secret in the file of this name. A missing file is created with mode 600 and 256
   * random bits.
   */
  public String secret(String fileName) throws IOException {
    Path file = root.resolve(fileName);
    if (!Files.exists(file)) {
      byte[] random = new byte[32];
      new SecureRandom().nextBytes(random);
      String secret = Base64.getUrlEncoder().withoutPadding().encodeToString(random);
      // Renamed into place, so that a crash leaves no empty secret behind.
      Path unfinished = root.resolve(fileName + ".new");
      Files.writeString(unfinished, "");
      restrict(unfinished, "rw-------");
      Files.writeString(unfinished, secret + "\n");
      Files.move(unfinished, file);
    }
    return Files.readString(file).strip();
  }

  /** Returns the password of the database; creates it at the first start. */
  String password() throws IOException {
    return secret(PASSWORD);
  }

  /**
   * Deletes the file of this name unless it contains this secret: another secret in it would be
   * refused.
   *
   * @return true if it was deleted
   */
  boolean removeOtherSecret(String fileName, String secret) throws IOException {
    Path file = root.resolve(fileName);
    if (!Files.exists(file) || Files.readString(file).strip().equals(secret)) {
      return false;
    }
    Files.delete(file);
    return true;
  }

  private static void restrict(Path path, String permissions) throws IOException {
    Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
  }
}
