package dev.orrery.agent.secret;

import dev.orrery.protocol.json.JsonWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Replaces secrets in texts by {@code ***}, including their forms in Base64, hex, URLs and JSON. It
 * only guards against accidents, because a program can write a secret in many other ways.
 */
final class SecretMask {
  /** Shorter texts are too common to be masked. */
  static final int MIN_LENGTH = Needle.MIN_LENGTH;

  /** Shorter lines of a secret with several lines stand in other texts, too. */
  private static final int MIN_LINE = 8;

  /** Shorter lines may be a part of a form by chance. */
  private static final int MIN_PART = 16;

  /** A secret that is not cut is kept back; both parts of a longer one can be masked. */
  private static final int MAX_KEPT = 4 * 1024;

  private static final int MAX_BITS = 1 << 25;

  /** A larger one than that of {@link String#hashCode}, whose hashes of short texts collide. */
  private static final int FACTOR = 0x01000193;

  private static final String TEXT = "***";
  private static final Pattern ESCAPE = Pattern.compile("%[0-9A-F]{2}");
  private static final Pattern BREAK = Pattern.compile("\n");

  private final List<Needle> forms;

  /** Hashes of all {@link #MIN_LENGTH} characters in a row of forms. */
  private final BitSet known = new BitSet();

  private final int bits;

  SecretMask(Collection<String> secrets) {
    Stream<String> lines =
        secrets.stream()
            .flatMap(String::lines)
            .map(String::strip)
            .filter(line -> line.length() >= MIN_LINE);
    this.forms =
        Stream.concat(secrets.stream().flatMap(SecretMask::forms), lines)
            .filter(form -> form.length() >= MIN_LENGTH)
            .distinct()
            .map(Needle::new)
            .toList();
    long letters = forms.stream().mapToLong(form -> form.text().length()).sum();
    this.bits = Integer.highestOneBit((int) Math.min(MAX_BITS, 16 * letters + 1));
    for (Needle form : forms) {
      for (int i = 0; i + MIN_LENGTH <= form.text().length(); i++) {
        known.set(bit(form.text(), i));
      }
    }
  }

  /** Returns the bit of the {@link #MIN_LENGTH} characters at the index. */
  private int bit(String text, int index) {
    int hash = 0;
    for (int i = index; i < index + MIN_LENGTH; i++) {
      hash = hash * FACTOR + text.charAt(i);
    }
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
    StringBuilder masked = new StringBuilder(text.length());
    int end = 0;
    for (long place : places(text)) {
      if (begin(place) >= end) {
        masked.append(text, end, begin(place)).append(TEXT);
      }
      end = Math.max(end, (int) place);
    }
    return end == 0 ? text : masked.append(text, end, text.length()).toString();
  }

  /** Returns where secrets and parts of them stand, sorted by their begin. */
  private long[] places(String text) {
    int start = 0;
    while (start < text.length() && Character.isWhitespace(text.charAt(start))) {
      start++;
    }
    LongStream.Builder places = LongStream.builder();
    places.add(place(start, start + partLength(text.substring(start).stripTrailing())));
    for (Needle form : forms) {
      int last = form.find(text, (begin, end) -> places.add(place(begin, end)));
      places.add(place(text.length() - last, text.length()));
    }
    return places.build().filter(place -> place != 0).sorted().toArray();
  }

  private static int begin(long place) {
    return (int) (place >> Integer.SIZE);
  }

  /** Returns a number that sorts by the begin; 0 for no place. */
  private static long place(int begin, int end) {
    return begin == end ? 0 : ((long) begin << Integer.SIZE) | end;
  }

  /**
   * Returns how much of the begin of the text is the end of a form, or the length of the text if
   * all of it stands within a form, as a line of wrapped Base64 does.
   */
  private int partLength(String text) {
    if (text.length() < MIN_LENGTH || !known.get(bit(text, 0))) {
      return 0;
    }
    Needle part = new Needle(text);
    BitSet inside = new BitSet();
    int longest = 0;
    for (Needle form : forms) {
      longest = Math.max(longest, part.find(form.text(), inside::set));
    }
    boolean isInside = text.length() >= MIN_PART && !inside.isEmpty();
    return isInside ? text.length() : longest;
  }

  /** Returns the length of the begin of the text that may be masked without the rest. */
  int cut(String text) {
    int cut = partLength(text) == text.length() ? 0 : text.length() - beginLength(text);
    long[] places = places(text);
    for (int i = places.length - 1; i >= 0; i--) {
      cut = (int) places[i] > cut ? Math.min(cut, begin(places[i])) : cut;
    }
    if (text.length() - cut <= MAX_KEPT) {
      return cut;
    }
    int within = text.length() - MIN_PART;
    return Character.isLowSurrogate(text.charAt(within)) ? within - 1 : within;
  }

  /** Returns the length of the longest end of the text that begins a form. */
  private int beginLength(String text) {
    int longest = forms.stream().mapToInt(form -> form.beginAtEndOf(text)).max().orElse(0);
    for (int n = Math.min(MIN_LENGTH - 1, text.length()); n > longest; n--) {
      String end = text.substring(text.length() - n);
      longest = forms.stream().anyMatch(form -> form.text().startsWith(end)) ? n : longest;
    }
    return longest;
  }
}
