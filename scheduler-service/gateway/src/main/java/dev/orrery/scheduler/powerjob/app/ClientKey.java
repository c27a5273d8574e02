package dev.orrery.scheduler.powerjob.app;

import dev.orrery.scheduler.http.security.TokenHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * The key that is derived from the password of PowerJob clients and the salt of their app. One half
 * proves the password, and the other half is the secret number that clients send as {@code appId}.
 * So the number is the same on each replica and after a restart, changes with the password, and is
 * not in the database.
 *
 * @param proof the half that is stored, and compared with the proof of a caller
 * @param clientId 61 random bits below a bit that is set, so that it is larger than any number of
 *     an app or job
 */
public record ClientKey(TokenHash proof, long clientId) {
  static final int SALT_BYTES = 16;
  private static final int PROOF_BYTES = 32;

  /** A client of 5.x waits for two seconds, also for a busy replica that has just started. */
  static final int ROUNDS = 60_000;

  private static final long HIGHEST_BIT = 1L << 61;

  /**
   * Returns the form in which clients of 5.x send their password: MD5, in lower case. It is hashed
   * again because it is as good as the password.
   */
  public static String digest(String password) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(md5.digest(password.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }

  /**
   * Takes about a tenth of a second of a processor for {@link #ROUNDS}.
   *
   * @param digest see {@link #digest}
   */
  static ClientKey derive(String digest, byte[] salt, int rounds) {
    try {
      // One block of SHA-512 makes both halves.
      byte[] key =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512")
              .generateSecret(
                  new PBEKeySpec(digest.toCharArray(), salt, rounds, 2 * PROOF_BYTES * Byte.SIZE))
              .getEncoded();
      long random = ByteBuffer.wrap(key, PROOF_BYTES, Long.BYTES).getLong();
      return new ClientKey(
          TokenHash.of(Arrays.copyOf(key, PROOF_BYTES)),
          HIGHEST_BIT | (random & (HIGHEST_BIT - 1)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has PBKDF2 with SHA-512", e);
    }
  }

  /** Returns what is stored of a number that clients send as {@code appId}. */
  public static TokenHash hash(long clientId) {
    return TokenHash.of(Long.toString(clientId));
  }
}
