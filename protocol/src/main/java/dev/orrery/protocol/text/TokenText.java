package dev.orrery.protocol.text;

import java.util.regex.Pattern;

/**
 * Checks whether a text has the form of a token. Clients send a token in an HTTP header, and
 * libraries that reject the header print all of it.
 */
public final class TokenText {
  /** The end of an error message that names the token by its source, never by its value. */
  public static final String RULE = "must be printable ASCII characters without blanks";

  private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7E]+");

  private TokenText() {}

  public static boolean isToken(String text) {
    return TOKEN.matcher(text).matches();
  }
}
