package dev.orrery.agent.secret;

import dev.orrery.protocol.json.JsonWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Replaces secrets in texts by {@code ***}, including their forms in Base64, hex, URLs and JSON. It
 * only guards against accidents, because a program can write a secret in many other ways.
 */
final class SecretMask {
  /** Shorter texts are too common to be masked. */
  static final int MIN_LENGTH = 6;

  /** Shorter lines of a secret with several lines stand in other texts, too. */
  private static final int MIN_LINE = 8;

  /** Shorter lines may be a part of a form by chance. */
  private static final int MIN_PART = 16;

  private static final int MAX_BITS = 1 << 25;

  /** A larger one than that of {@link String#hashCode}, whose hashes of short texts collide. */
  private static final int FACTOR = 0x01000193;

  /** FACTOR to the power of MIN_LENGTH - 1, modulo 2^32. */
  private static final int WEIGHT = 0x46A747C3;

  private static final String TEXT = "***";
  private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");
  private static final Pattern BREAK = Pattern.compile("\n");

  /** The longest first, because one may contain another. */
  private final List<String> forms;

  /** Forms and lines by their first {@link #MIN_LENGTH} characters, the longest first. */
  private final Map<String, List<String>> byStart = new HashMap<>();

  /** Hashes of all {@link #MIN_LENGTH} characters in a row of forms and lines. */
  private final BitSet known = new BitSet();

  private final int bits;

  SecretMask(Collection<String> secrets) {
    this.forms =
        secrets.stream()
            .flatMap(SecretMask::forms)
            .filter(form -> form.length() >= MIN_LENGTH)
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .toList();
    List<String> lines =
        secrets.stream()
            .flatMap(String::lines)
            .map(String::strip)
            .filter(line -> line.length() >= MIN_LINE)
            .toList();
    long letters = Stream.concat(forms.stream(), lines.stream()).mapToLong(String::length).sum();
    this.bits = Integer.highestOneBit((int) Math.min(MAX_BITS, 16 * letters + 1));
    Stream.concat(forms.stream(), lines.stream()).forEach(this::learn);
    Stream.concat(forms.stream(), lines.stream())
        .distinct()
        .sorted(Comparator.comparing(String::length).reversed())
        .forEach(
            form ->
                byStart
                    .computeIfAbsent(form.substring(0, MIN_LENGTH), start -> new ArrayList<>())
                    .add(form));
  }

  private void learn(String form) {
    int hash = 0;
    for (int i = 0; i + MIN_LENGTH <= form.length(); i++) {
      hash = hash(form, i, hash);
      known.set(bit(hash));
    }
  }

  /** Returns the hash of the characters at the index, given that of those at the one before. */
  private static int hash(String text, int index, int before) {
    if (index > 0) {
      return (before - text.charAt(index - 1) * WEIGHT) * FACTOR
          + text.charAt(index + MIN_LENGTH - 1);
    }
    int hash = 0;
    for (int i = 0; i < MIN_LENGTH; i++) {
      hash = hash * FACTOR + text.charAt(i);
    }
    return hash;
  }

  private int bit(int hash) {
    return ((hash * 0x9E3779B9) >>> 7) & (bits - 1);
  }

  private static Stream<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    String query = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    String path = query.replace("+", "%20").replace("*", "%2A").replace("%7E", "~");
    String json =
        new String(
            JsonWriter.write(secret, (writer, text) -> writer.text("", text)),
            StandardCharsets.UTF_8);
    json = json.substring("{\"\":\"".length(), json.length() - "\"}".length());
    String hex = HexFormat.of().formatHex(bytes);
    return Stream.of(
            Stream.of(secret, json, ascii(json, "\\u%04x"), ascii(json, "\\u%04X")),
            Stream.of(hex, hex.toUpperCase(Locale.ROOT)),
            // Some programs keep the slashes of a path.
            Stream.of(query, path, path.replace("%2F", "/"))
                .flatMap(form -> Stream.of(form, lower(form))),
            Stream.of(
                Base64.getEncoder().withoutPadding().encodeToString(bytes),
                Base64.getUrlEncoder().withoutPadding().encodeToString(bytes)),
            Stream.of(0, 1, 2).flatMap(shift -> base64(bytes, shift)))
        .flatMap(forms -> forms);
  }

  /** Returns what Base64 has of the bytes alone, where so many bytes modulo 3 stand before. */
  private static Stream<String> base64(byte[] bytes, int shift) {
    int begin = Math.min((3 - shift) % 3, bytes.length);
    byte[] whole = Arrays.copyOfRange(bytes, begin, bytes.length - (bytes.length - begin) % 3);
    return Stream.of(
        Base64.getEncoder().encodeToString(whole), Base64.getUrlEncoder().encodeToString(whole));
  }

  private static String lower(String form) {
    return ESCAPE.matcher(form).replaceAll(escape -> escape.group().toLowerCase(Locale.ROOT));
  }

  private static String ascii(String text, String format) {
    return text.chars()
        .mapToObj(c -> c < 0x80 ? String.valueOf((char) c) : format.formatted(c))
        .collect(Collectors.joining());
  }

  /** Returns the text with the mask; null for null. */
  String apply(String text) {
    if (text == null || forms.isEmpty()) {
      return text;
    }
    String masked = mask(text);
    return masked.indexOf('\n') < 0
        ? masked
        : Stream.of(BREAK.split(masked, -1)).map(this::mask).collect(Collectors.joining("\n"));
  }

  private String mask(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    StringBuilder masked = new StringBuilder(text.length()).append(text, 0, start);
    int end = start + partLength(text.substring(start).stripTrailing());
    if (end > start) {
      masked.append(TEXT);
    }
    int hash = 0;
    for (int i = 0; i < text.length(); i++) {
      int length = 0;
      if (i + MIN_LENGTH <= text.length()) {
        hash = hash(text, i, hash);
        length = i >= start && known.get(bit(hash)) ? lengthAt(text, i) : 0;
      }
      if (length > 0 && i >= end) {
        masked.append(TEXT);
      } else if (i >= Math.max(start, end)) {
        masked.append(text.charAt(i));
      }
      end = Math.max(end, i + length);
    }
    return masked.toString();
  }

  /** Returns the length of the form at the index, or of its begin, if the text ends within it. */
  private int lengthAt(String text, int index) {
    int rest = text.length() - index;
    for (String form : byStart.getOrDefault(text.substring(index, index + MIN_LENGTH), List.of())) {
      int length = Math.min(form.length(), rest);
      if (text.regionMatches(index, form, 0, length)) {
        return length;
      }
    }
    return 0;
  }

  /**
   * Returns how much of the begin of the text is the end of a form, or the length of the text if
   * all of it stands within a form, as a line of wrapped Base64 does.
   */
  private int partLength(String text) {
    if (text.length() < MIN_LENGTH) {
      return 0;
    }
    String begin = text.substring(0, MIN_LENGTH);
    if (!known.get(bit(hash(text, 0, 0)))) {
      return 0;
    }
    int longest = 0;
    for (String form : forms) {
      for (int i = form.indexOf(begin, 1); i > 0; i = form.indexOf(begin, i + 1)) {
        int length = Math.min(form.length() - i, text.length());
        boolean isPart = length >= MIN_PART || i + length == form.length();
        if (length > longest && isPart && form.regionMatches(i, text, 0, length)) {
          longest = length;
        }
      }
    }
    return longest;
  }
}
