package dev.orrery.protocol.text;

import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Checks host names in URLs and explains invalid ones. Java only accepts names by RFC 952, and
 * rejects {@code _}, which compose and DNS allow.
 */
public final class HostText {
  private static final Pattern HOST =
      Pattern.compile("[a-zA-Z][a-zA-Z0-9+.-]*://([^/?#@:\\[]+).*", Pattern.DOTALL);

  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9.-]+");

  private static final int HIGHEST_PORT = 65_535;

  private HostText() {}

  /**
   * Returns why a URL is not a plain server address (scheme, host and port), to follow the URL in a
   * message; empty if it is.
   */
  public static Optional<String> beyondAddress(URI url) {
    if (url.getPort() == 0 || url.getPort() > HIGHEST_PORT) {
      return Optional.of("has no port from 1 to " + HIGHEST_PORT);
    }
    boolean ends =
        List.of("", "/").contains(url.getRawPath())
            && url.getRawQuery() == null
            && url.getRawFragment() == null;
    return ends
        ? Optional.empty()
        : Optional.of("has a path, a query or a fragment, which is not used. Leave it out");
  }

  /**
   * Like {@link #beyondAddress}, for a URL that may have the path of a proxy.
   *
   * @param added the paths that the caller appends, with which the URL must not end
   */
  public static Optional<String> beyondBase(URI url, List<String> added) {
    String path = url.getRawPath().replaceFirst("/+$", "");
    for (String suffix : added) {
      if (path.endsWith(suffix)) {
        return Optional.of("ends with " + suffix + ", which is added to it. Leave it out");
      }
    }
    return beyondAddress(
        url.getRawQuery() == null && url.getRawFragment() == null ? url.resolve("/") : url);
  }

  /**
   * Returns why Java finds no host in a URL, to be appended to a message; empty if the cause is not
   * a character of the host.
   */
  public static String reason(String url) {
    Matcher found = HOST.matcher(url.strip());
    // What stands before an at sign may be a password.
    if (url.indexOf('@') >= 0 || !found.matches() || NAME.matcher(found.group(1)).matches()) {
      return "";
    }
    return "; '"
        + found.group(1)
        + "' is not a host name, which has only letters from a to z, digits, '-' and '.': use"
        + " another name, or an address";
  }
}
