package dev.orrery.worker.binding.setting;

import dev.orrery.protocol.text.BoundedFile;
import java.io.IOException;
import java.nio.file.Path;

/** Reads a token from its setting or from a file. */
public final class TokenReader {
  private TokenReader() {}

  /**
   * @param key of the setting; that of the file has {@code -file} behind it
   * @param without what to do for those who need no token
   * @throws InvalidSettingException if neither or both are set, or the file has no token
   */
  static String read(String key, String value, Path file, String without) {
    requireOne(key, value, file, without);
    if (file == null) {
      return value.strip();
    }
    String fileKey = key + "-file";
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

  /** As {@link #read}, without reading. */
  public static void requireOne(String key, String value, Path file, String without) {
    boolean hasValue = value != null && !value.isBlank();
    if (file == null && !hasValue) {
      throw new InvalidSettingException(
          key + " is not set.", "Set it, or " + key + "-file. " + without);
    }
    if (file != null && hasValue) {
      throw new InvalidSettingException(
          key + " and " + key + "-file are both set.", "Leave one of them out.");
    }
  }

  /** Returns what to do for a token that writes jobs and runs them. */
  public static String ofOperator(String app) {
    return "It needs the role operator: ./orrery token create --app " + app + " --role operator.";
  }
}
