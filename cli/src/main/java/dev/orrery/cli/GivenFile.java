package dev.orrery.cli;

import dev.orrery.protocol.text.BoundedFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A text file that the user names; {@code -} is standard input. */
public record GivenFile(Path path) {
  private static final Path STANDARD_INPUT = Path.of("-");

  /** Returns its name in messages. */
  public String name() {
    return path.equals(STANDARD_INPUT) ? "standard input" : path.toString();
  }

  /**
   * Reads it as UTF-8.
   *
   * @throws UserException naming the file
   */
  public String read(int maxBytes) {
    try {
      return path.equals(STANDARD_INPUT)
          ? BoundedFile.read(System.in, maxBytes)
          : BoundedFile.read(path, maxBytes);
    } catch (NoSuchFileException e) {
      throw UserException.usage(path + ": there is no such file");
    } catch (AccessDeniedException e) {
      throw UserException.usage(path + ": permission denied");
    } catch (CharacterCodingException e) {
      throw UserException.usage(name() + " is not in UTF-8");
    } catch (IOException e) {
      throw UserException.usage(name() + " cannot be read: " + e.getMessage());
    }
  }
}
