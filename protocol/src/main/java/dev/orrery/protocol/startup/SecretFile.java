package dev.orrery.protocol.startup;

import dev.orrery.protocol.text.BoundedFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;

/** Reads files that contain a secret and nothing else, such as those that Kubernetes mounts. */
public final class SecretFile {
  private SecretFile() {}

  /**
   * Returns the content without the line ends at its end.
   *
   * @param setting the setting that names the file
   * @throws StartupException if the file is missing, empty, unreadable, or readable for every user
   *     of the machine
   */
  public static String read(String setting, Path file) {
    String named = setting + " is '" + file + "', which ";
    try {
      String text = BoundedFile.read(file, BoundedFile.TOKEN_BYTES).replaceFirst("[\\r\\n]+$", "");
      if (isReadableForAll(file)) {
        throw new StartupException(
            named
                + "every user of this machine may read. Allow its owner and group alone: chmod o="
                + " FILE, or defaultMode: 0440 of a volume in Kubernetes.");
      }
      if (text.isBlank()) {
        throw new StartupException(named + "is empty. Write the secret to it.");
      }
      return text;
    } catch (NoSuchFileException e) {
      throw new StartupException(
          named + "does not exist. Write the secret to it, or name the file that has it.", e);
    } catch (IOException e) {
      throw new StartupException(
          named + "cannot be read (" + e + "). Name a text file that this user may read.", e);
    }
  }

  /**
   * Returns true if every user may read it; follows links, as Kubernetes mounts each file as one.
   */
  public static boolean isReadableForAll(Path file) throws IOException {
    return Files.getFileAttributeView(file, PosixFileAttributeView.class) != null
        && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
  }
}
