package dev.orrery.protocol.text;

import java.util.regex.Pattern;

/** Text with {@code ***} in the place of the passwords that its URLs contain. */
public final class UrlText {
  private static final String MASK = "***";

  /**
   * The part of a URL before its host. A password may contain a slash or an at sign that should
   * have been encoded, so the part ends at the last at sign. An address of {@code akka} has the
   * name of its system there.
   */
  private static final Pattern USER =
      Pattern.compile(
          "\\b(?!pekko|akka)([a-zA-Z][a-zA-Z0-9+.-]{0,30}://)"
              + "(?:[^\\s\"'/@:]*:[^\\s\"']*|[^\\s\"'/?#]*)@");

  /** A parameter of a URL or of a connection string whose name is that of a secret. */
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
