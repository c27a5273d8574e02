package dev.orrery.scheduler.http.security;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

/**
 * The stored hash of a token. A fast hash suffices: tokens are 256 random bits, which cannot be
 * guessed, and every request hashes one.
 *
 * @param hex SHA-256, 64 hexadecimal digits
 */
public record TokenHash(String hex) {
  public static TokenHash of(String token) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      return new TokenHash(
          HexFormat.of().formatHex(sha256.digest(token.getBytes(StandardCharsets.UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  public static TokenHash of(byte[] stored) {
    return new TokenHash(HexFormat.of().formatHex(stored));
  }

  public static List<byte[]> bytes(Collection<TokenHash> hashes) {
    return hashes.stream().map(TokenHash::bytes).toList();
  }

  public byte[] bytes() {
    return HexFormat.of().parseHex(hex);
  }

  /** Compares in constant time. */
  public boolean matches(TokenHash other) {
    return MessageDigest.isEqual(bytes(), other.bytes());
  }
}
