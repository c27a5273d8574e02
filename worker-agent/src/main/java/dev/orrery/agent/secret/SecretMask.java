package dev.orrery.agent.secret;

import dev.orrery.protocol.json.JsonWriter;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Replaces secrets in texts by {@code ***}, including their forms in Base64, URLs and JSON. It only
 * guards against accidents, because a program can write a secret in many other ways.
 */
final class SecretMask {
  /** Shorter texts are too common to be masked. */
  static final int MIN_LENGTH = 6;

  private static final String TEXT = "***";

  /** The longest first, because one may contain another. */
  private final List<String> forms;

  /** The lines of secrets with several lines, which programs write one by one. */
  private final Set<String> lines = new HashSet<>();

  SecretMask(Collection<String> secrets) {
    this.forms =
        secrets.stream()
            .flatMap(SecretMask::forms)
            .filter(form -> form.length() >= MIN_LENGTH)
            .distinct()
            .sorted(Comparator.comparing(String::length).reversed())
            .toList();
    secrets.stream()
        .flatMap(String::lines)
        .map(String::strip)
        .filter(line -> line.length() >= MIN_LENGTH)
        .forEach(lines::add);
  }

  private static Stream<String> forms(String secret) {
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    // Of echo "$SECRET" | base64, where a line end follows.
    byte[] begin = Arrays.copyOf(bytes, bytes.length - bytes.length % 3);
    String query = URLEncoder.encode(secret, StandardCharsets.UTF_8);
    String json =
        new String(
            JsonWriter.write(secret, (writer, text) -> writer.text("", text)),
            StandardCharsets.UTF_8);
    return Stream.of(
        secret,
        Base64.getEncoder().withoutPadding().encodeToString(bytes),
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes),
        Base64.getEncoder().encodeToString(begin),
        Base64.getUrlEncoder().encodeToString(begin),
        query,
        query.replace("+", "%20").replace("*", "%2A").replace("%7E", "~"),
        json.substring("{\"\":\"".length(), json.length() - "\"}".length()));
  }

  /** Returns the text with the mask; null for null. */
  String apply(String text) {
    if (text == null || forms.isEmpty()) {
      return text;
    }
    if (lines.contains(text.strip())) {
      return TEXT;
    }
    String masked = text;
    for (String form : forms) {
      masked = masked.replace(form, TEXT);
    }
    for (String form : forms) {
      masked = maskEnds(masked, form);
    }
    return masked;
  }

  /** Masks a part of the form at an end of the text, where a bound may have cut it. */
  private static String maskEnds(String text, String form) {
    String masked = text;
    for (int n = Math.min(form.length() - 1, text.length()); n >= MIN_LENGTH; n--) {
      if (masked.regionMatches(0, form, form.length() - n, n)) {
        masked = TEXT + masked.substring(n);
        break;
      }
    }
    for (int n = Math.min(form.length() - 1, masked.length()); n >= MIN_LENGTH; n--) {
      if (masked.regionMatches(masked.length() - n, form, 0, n)) {
        return masked.substring(0, masked.length() - n) + TEXT;
      }
    }
    return masked;
  }
}
