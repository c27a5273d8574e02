package dev.orrery.k8s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;

/**
 * The files of a Secret as a kubelet mounts them: each is a link through a directory that is itself
 * a link, so that all change atomically.
 */
final class SecretVolume {
  private static final Path DATA = Path.of("..data");

  /** That of the manifests, 0440. */
  private static final Set<PosixFilePermission> MODE = PosixFilePermissions.fromString("r--r-----");

  private final Path directory;
  private int version;

  /**
   * @param directory an existing directory
   */
  SecretVolume(Path directory, Map<String, String> files) throws IOException {
    this.directory = directory;
    write(files);
    for (String name : files.keySet()) {
      Files.createSymbolicLink(directory.resolve(name), DATA.resolve(name));
    }
  }

  /** Replaces all files; their names stay. */
  void write(Map<String, String> files) throws IOException {
    Path next = Path.of("..version-" + ++version);
    Files.createDirectory(directory.resolve(next));
    for (Map.Entry<String, String> file : files.entrySet()) {
      Path written = directory.resolve(next).resolve(file.getKey());
      Files.writeString(written, file.getValue());
      Files.setPosixFilePermissions(written, MODE);
    }
    Path link = Files.createSymbolicLink(directory.resolve("..data_tmp"), next);
    Files.move(link, directory.resolve(DATA), StandardCopyOption.ATOMIC_MOVE);
  }
}
