package dev.orrery.worker.binding.setting;

import dev.orrery.protocol.text.TokenFile;
import dev.orrery.protocol.text.TokenText;
import java.nio.file.Path;
import java.util.function.Supplier;

/** Reads a token from its setting or from a file. */
public final class TokenReader {
  private TokenReader() {}

  /**
   * Returns the token; that of a file changes with the file.
   *
   * @param key of the setting; that of the file has {@code -file} behind it
   * @param without what to do for those who need no token
   * @throws InvalidSettingException if neither or both are set, or there is no token
   */
  static Supplier<String> read(String key, String value, Path file, String without) {
    requireOne(key, value, file, without);
    if (file != null) {
      return InvalidSettingException.in(key + "-file", () -> new TokenFile(file));
    }
    String token = value.strip();
    if (!TokenText.isToken(token)) {
      throw new InvalidSettingException(key + " is not a token.", "It " + TokenText.RULE + ".");
    }
    return () -> token;
  }

  /**
   * @throws InvalidSettingException if neither or both are set
   */
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

  /** Returns what to do for a token with this role. */
  public static String ofRole(String role, String app) {
    return "It needs the role %1$s: ./orrery token create --app %2$s --role %1$s."
        .formatted(role, app);
  }
}
