package dev.orrery.scheduler.edge.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.SortedMap;

/**
 * Computes the content hash of one file, or of several files with their paths: the first half of a
 * SHA-256, in hexadecimal digits.
 */
final class ContentHash {
  private static final int BYTES = 16;

  private ContentHash() {}

  static String of(byte[] content) {
    return text(digest().digest(content));
  }

  static String of(SortedMap<String, byte[]> contentByPath) {
    MessageDigest all = digest();
    contentByPath.forEach(
        (path, content) ->
            all.update((path + ' ' + of(content) + '\n').getBytes(StandardCharsets.UTF_8)));
    return text(all.digest());
  }

  private static String text(byte[] hash) {
    return HexFormat.of().formatHex(hash, 0, BYTES);
  }

  private static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
