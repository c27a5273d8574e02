package dev.orrery.scheduler.powerjob.openapi;

import dev.orrery.scheduler.powerjob.app.ClientPassword;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The access token of a client of 5.x: the second at which it expires, signed with the stored proof
 * of the password. Any replica can check it, and it becomes invalid when the password changes.
 */
final class AccessToken {
  static final Duration LIFETIME = Duration.ofHours(24);
  private static final String ALGORITHM = "HmacSHA256";
  private static final char SEPARATOR = '.';

  private AccessToken() {}

  static String issue(ClientPassword password, Instant now) {
    return signed(password, Long.toString(now.plus(LIFETIME).getEpochSecond()));
  }

  /** Returns false also for a token that has expired, or is none. */
  static boolean isValid(String token, ClientPassword password, Instant now) {
    int end = token.indexOf(SEPARATOR);
    if (end < 1) {
      return false;
    }
    String expires = token.substring(0, end);
    return MessageDigest.isEqual(bytes(signed(password, expires)), bytes(token))
        // Only issue() can sign it, so it is a number.
        && now.getEpochSecond() < Long.parseLong(expires);
  }

  private static String signed(ClientPassword password, String expires) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(password.proof().bytes(), ALGORITHM));
      return expires + SEPARATOR + HexFormat.of().formatHex(mac.doFinal(bytes(expires)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
