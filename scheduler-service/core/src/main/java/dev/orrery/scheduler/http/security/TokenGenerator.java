package dev.orrery.scheduler.http.security;

import java.security.SecureRandom;
import java.util.Base64;

/** Generates tokens. Their prefix lets scanners for leaked secrets find them. */
public final class TokenGenerator {
  private static final String PREFIX = "orrery_";
  private static final int RANDOM_BYTES = 32;

  private TokenGenerator() {}

  public static String newToken() {
    byte[] random = new byte[RANDOM_BYTES];
    new SecureRandom().nextBytes(random);
    return PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }
}
