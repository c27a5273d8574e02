package dev.orrery.protocol.text;

import java.util.regex.Pattern;

/** Masks passwords in URLs with {@code ***}. */
public final class UrlText {
  private static final String MASK = "***";

  /**
   * Matches the part of a URL before its host. A password may contain an unencoded slash or at
   * sign, so the part ends at the last at sign. In an {@code akka} address this part is the system
   * name.
   */
  private static final Pattern USER =
      Pattern.compile(
          "\\b(?!pekko|akka)([a-zA-Z][a-zA-Z0-9+.-]{0,30}://)"
              + "(?:[^\\s\"'/@:]*:[^\\s\"']*|[^\\s\"'/?#]*)@");

  /** Matches a parameter of a URL or connection string whose name suggests a secret. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "((?:[?&;][\\w.-]*(?:token|secret|pass|pwd|key|credential|auth)[\\w.-]*"
              + "|\\b(?:password|passwd|pwd))=)[^&;\\s\"']+",
          Pattern.CASE_INSENSITIVE);

  private UrlText() {}

  /** Returns the text; unchanged if no URL in it contains a user name or a password. */
  public static String withoutPasswords(String text) {
    String masked = text;
    if (masked.contains("://")) {
      masked = USER.matcher(masked).replaceAll("$1" + MASK + "@");
    }
    if (masked.indexOf('=') >= 0) {
      masked = PARAMETER.matcher(masked).replaceAll("$1" + MASK);
    }
    return masked;
  }
}
