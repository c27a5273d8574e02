package dev.orrery.worker.binding.setting;

import dev.orrery.protocol.text.BoundedFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a token from its setting or from a file. */
final class TokenReader {
  private TokenReader() {}

  /**
   * @param key of the setting; that of the file has {@code -file} behind it
   * @param without what to do for those who need no token
   * @throws InvalidSettingException if neither or both are set, or the file has no token
   */
  static String read(String key, String value, Path file, String without) {
    String fileKey = key + "-file";
    boolean hasValue = value != null && !value.isBlank();
    if (file == null) {
      if (!hasValue) {
        throw new InvalidSettingException(
            key + " is not set.", "Set it, or " + fileKey + ". " + without);
      }
      return value.strip();
    }
    if (hasValue) {
      throw new InvalidSettingException(
          key + " and " + fileKey + " are both set.", "Leave one of them out.");
    }
    try {
      String text = BoundedFile.read(file, BoundedFile.TOKEN_BYTES).strip();
      if (text.isEmpty()) {
        throw new InvalidSettingException(
            fileKey + " is '" + file + "', which is empty.", "Write the token to it.");
      }
      return text;
    } catch (IOException e) {
      throw new InvalidSettingException(
          fileKey + " is '" + file + "', which cannot be read (" + e + ").",
          "Name a text file that this user may read.");
    }
  }
}
