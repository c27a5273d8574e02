package dev.orrery.scheduler.http.rest;

import java.util.Optional;

/**
 * Refuses request paths that two readers may interpret differently.
 *
 * <p>The rules that guard a path and the router that serves it decode, cut and normalize it
 * differently; both path-authorization bypasses of Quarkus in 2026 exploited the difference. No
 * route of this API needs any of these forms.
 */
public final class PathRule {
  private static final String DOT_SEGMENT =
      "the dot segment '%s', which some readers resolve and others do not: send the path resolved.";

  private PathRule() {}

  /**
   * Returns the ambiguity of a path, with the fix; empty for an unambiguous path.
   *
   * @param path the path as sent, without the query; null if there is none
   */
  public static Optional<String> violation(String path) {
    if (path == null || !path.startsWith("/")) {
      return Optional.of("The path must begin with '/'.");
    }
    for (int at = 0; at < path.length(); at++) {
      String reason =
          switch (path.charAt(at)) {
            case '%' -> escape(path, at);
            case '/' -> segment(path, at + 1);
            case ';' -> "';', which starts a matrix parameter: use the query.";
            case '\\' -> "a backslash, which some readers take for '/': leave it out.";
            default -> isControl(path.charAt(at)) ? "a control character: leave it out." : null;
          };
      if (reason != null) {
        return Optional.of("The path contains " + reason);
      }
    }
    return Optional.empty();
  }

  /** Returns the ambiguity of the segment that starts here, or null. */
  private static String segment(String path, int start) {
    int slash = path.indexOf('/', start);
    int end = slash < 0 ? path.length() : slash;
    if (slash == start) {
      return "'//', an empty segment, which some readers merge: send one '/'.";
    }
    return switch (path.substring(start, Math.min(end, start + 3))) {
      case "." -> DOT_SEGMENT.formatted(".");
      case ".." -> DOT_SEGMENT.formatted("..");
      default -> null;
    };
  }

  private static String escape(String path, int percent) {
    if (percent + 2 >= path.length()) {
      return null;
    }
    int high = Character.digit(path.charAt(percent + 1), 16);
    int low = Character.digit(path.charAt(percent + 2), 16);
    if (high < 0 || low < 0) {
      return null;
    }
    char decoded = (char) (high * 16 + low);
    String sent = path.substring(percent, percent + 3);
    if (isUnreserved(decoded)) {
      return "'%s', an encoded '%s': send the character as it is.".formatted(sent, decoded);
    }
    return switch (decoded) {
      case '.' -> "'%s', an encoded '.': send the dot as it is.".formatted(sent);
      case '/', ';', '\\' ->
          "'%s', an encoded '%s': no path of this API holds one.".formatted(sent, decoded);
      default ->
          isControl(decoded)
              ? "'%s', an encoded control character: leave it out.".formatted(sent)
              : null;
    };
  }

  /** Returns true if, by RFC 3986, escaping the character does not change the path. */
  private static boolean isUnreserved(char character) {
    return (character >= 'a' && character <= 'z')
        || (character >= 'A' && character <= 'Z')
        || (character >= '0' && character <= '9')
        || "-_~".indexOf(character) >= 0;
  }

  private static boolean isControl(char character) {
    return character < ' ' || character == 0x7f;
  }
}
