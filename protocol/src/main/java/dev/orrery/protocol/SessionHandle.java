package dev.orrery.protocol;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.UUID;

/**
 * The public name of a session, for lists of workers and log lines. The session id is a secret:
 * with it, any worker of the app could end the session.
 */
public final class SessionHandle {
  private SessionHandle() {}

  public static String of(UUID session) {
    return of(session.toString());
  }

  /**
   * Returns the MD5 of the id, as 32 hexadecimal digits. The list of workers computes the same hash
   * in the database. An id has 122 random bits, so the hash does not reveal it.
   */
  public static String of(String session) {
    try {
      MessageDigest md5 = MessageDigest.getInstance("MD5");
      return HexFormat.of().formatHex(md5.digest(session.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has MD5", e);
    }
  }
}
