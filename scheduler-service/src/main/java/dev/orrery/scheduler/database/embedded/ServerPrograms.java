package dev.orrery.scheduler.database.embedded;

import dev.orrery.protocol.startup.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** The PostgreSQL programs that come with the package, unpacked once. */
final class ServerPrograms {
  /** The major version whose data these programs read. */
  static final String MAJOR_VERSION = "17";

  private static final String VERSION = "17.11";
  private static final String ARCHIVE = "/postgres-linux-x86_64.txz";

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
   * @throws Refusal if the package holds none for this system
   */
  static ServerPrograms in(Path directory) throws IOException {
    Path home = directory.resolve("postgresql-" + VERSION);
    if (!Files.exists(home)) {
      unpack(directory, home);
    }
    return new ServerPrograms(home);
  }

  private static void unpack(Path directory, Path home) throws IOException {
    String system = System.getProperty("os.name") + " " + System.getProperty("os.arch");
    try (InputStream archive = ServerPrograms.class.getResourceAsStream(ARCHIVE)) {
      if (archive == null || !"Linux amd64".equals(system)) {
        throw new Refusal(
            "this package brings no embedded PostgreSQL for "
                + system
                + ". Set quarkus.datasource.jdbc.url, quarkus.datasource.username and"
                + " quarkus.datasource.password to use an external one.");
      }
      Files.createDirectories(directory);
      Path unfinished = Files.createTempDirectory(directory, "unpack");
      extract(archive, unfinished);
      try {
        Files.move(unfinished, home, StandardCopyOption.ATOMIC_MOVE);
      } catch (IOException e) {
        // Another service that shares the directory was faster; its copy is as good.
        if (!Files.exists(home)) {
          throw e;
        }
      }
    }
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
