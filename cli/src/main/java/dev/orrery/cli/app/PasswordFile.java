package dev.orrery.cli.app;

import dev.orrery.cli.UserException;
import dev.orrery.protocol.text.BoundedFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * A file with a password and nothing else. A password is no argument, because other users of the
 * machine see the arguments of a program, and the shell keeps them.
 */
final class PasswordFile {
  private static final int MAX_BYTES = 4096;
  private static final Path STANDARD_INPUT = Path.of("-");

  private PasswordFile() {}

  /**
   * Returns the password, without the end of its line.
   *
   * @param file {@code -} for standard input
   */
  static String read(Path file) {
    String name = file.equals(STANDARD_INPUT) ? "standard input" : file.toString();
    String password;
    try {
      password =
          (file.equals(STANDARD_INPUT)
                  ? BoundedFile.read(System.in, MAX_BYTES)
                  : BoundedFile.read(file, MAX_BYTES))
              .stripTrailing();
    } catch (NoSuchFileException e) {
      throw UserException.usage(file + ": there is no such file");
    } catch (CharacterCodingException e) {
      throw UserException.usage(name + " is not in UTF-8");
    } catch (IOException e) {
      throw UserException.usage(name + " cannot be read: " + e.getMessage());
    }
    if (password.isEmpty()) {
      throw UserException.usage(name + " is empty. Write the password to it.");
    }
    return password;
  }
}
