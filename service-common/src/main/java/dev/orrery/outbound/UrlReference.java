package dev.orrery.outbound;

import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Resolves the {@code Location} of redirects by RFC 3986, section 5.2 ({@link URI#resolve}
 * implements the older RFC 2396), and accepts the characters that browsers and curl accept.
 */
final class UrlReference {
  /** The regular expression of appendix B, limited to valid schemes. */
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:([A-Za-z][A-Za-z0-9+.-]*):)?(?://([^/?#]*))?([^?#]*)(?:\\?([^#]*))?(?:#.*)?",
          Pattern.DOTALL);

  private static final String ALLOWED = "!$&'()*+,-./:;=?@_~";
  private static final String HEX = "0123456789ABCDEF";

  private UrlReference() {}

  /**
   * Resolves a {@code Location} header, without its fragment.
   *
   * @param base URL of the response, with a host
   * @param location header with one character per byte
   * @throws IllegalArgumentException if the result is not a valid URL
   */
  static URI resolve(URI base, String location) {
    Matcher reference = PARTS.matcher(utf8(location).strip());
    if (!reference.matches()) {
      throw new IllegalArgumentException("not a reference");
    }
    String scheme = reference.group(1);
    String authority = reference.group(2);
    String path = reference.group(3);
    String query = reference.group(4);
    boolean hasScheme = scheme != null;
    if (!hasScheme && authority == null) {
      if (path.isEmpty()) {
        path = base.getRawPath();
        query = query == null ? base.getRawQuery() : query;
      } else if (!path.startsWith("/")) {
        path = directory(base) + path;
      }
    }
    StringBuilder url = new StringBuilder();
    url.append(hasScheme ? scheme : base.getScheme()).append(':');
    if (hasScheme || authority != null) {
      url.append(authority == null ? "" : "//" + authority);
    } else {
      url.append("//").append(base.getRawAuthority());
    }
    url.append(encode(withoutDots(path)));
    if (query != null) {
      url.append('?').append(encode(query));
    }
    return URI.create(url.toString());
  }

  /** Decodes a header as UTF-8, or as Latin-1 if it is not valid UTF-8. */
  private static String utf8(String header) {
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(header.getBytes(StandardCharsets.ISO_8859_1)))
          .toString();
    } catch (CharacterCodingException e) {
      return header;
    }
  }

  private static String directory(URI base) {
    String path = base.getRawPath();
    return path.isEmpty() ? "/" : path.substring(0, path.lastIndexOf('/') + 1);
  }

  /** Removes dot segments (section 5.2.4). */
  private static String withoutDots(String path) {
    if (!path.startsWith("/")) {
      return path;
    }
    Deque<String> kept = new ArrayDeque<>();
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean parent = segments[i].equals("..");
      if (parent) {
        kept.pollLast();
      }
      if (!parent && !segments[i].equals(".")) {
        kept.addLast(segments[i]);
      } else if (i == segments.length - 1) {
        kept.addLast("");
      }
    }
    return "/" + String.join("/", kept);
  }

  /**
   * Percent-encodes characters that a URL cannot contain, as UTF-8. Unlike {@link
   * URI#toASCIIString}, it does not normalize characters, because that would name a different file.
   */
  static String encode(String text) {
    StringBuilder encoded = new StringBuilder();
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char letter = (char) (bytes[i] & 0xFF);
      if (isLetterOrDigit(letter)
          || ALLOWED.indexOf(letter) >= 0
          || (letter == '%' && isHex(bytes, i + 1) && isHex(bytes, i + 2))) {
        encoded.append(letter);
      } else {
        encoded.append('%').append(HEX.charAt(letter >> 4)).append(HEX.charAt(letter & 0xF));
      }
    }
    return encoded.toString();
  }

  private static boolean isLetterOrDigit(char letter) {
    return letter < 0x80 && Character.isLetterOrDigit(letter);
  }

  private static boolean isHex(byte[] bytes, int index) {
    return index < bytes.length && Character.digit(bytes[index], 16) >= 0;
  }
}
