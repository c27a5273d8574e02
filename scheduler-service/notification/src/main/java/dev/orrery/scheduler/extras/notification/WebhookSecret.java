package dev.orrery.scheduler.extras.notification;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key that signs the messages to a webhook, as in the specification "Standard Webhooks" 1.0:
 * HMAC-SHA256 over {@code id.timestamp.body}.
 */
final class WebhookSecret {
  private static final String PREFIX = "whsec_";
  private static final int BYTES = 32;

  private final byte[] key;

  WebhookSecret(byte[] key) {
    this.key = key.clone();
  }

  static WebhookSecret random() {
    byte[] key = new byte[BYTES];
    new SecureRandom().nextBytes(key);
    return new WebhookSecret(key);
  }

  byte[] key() {
    return key.clone();
  }

  /** Returns the key in the format of Standard Webhooks. It is shown once. */
  String shown() {
    return PREFIX + Base64.getEncoder().encodeToString(key);
  }

  /**
   * Returns one signature in the format of the header.
   *
   * @param timestamp seconds since 1970
   */
  String sign(String id, long timestamp, String body) {
    return "v1," + hmac(key, id + "." + timestamp + "." + body);
  }

  /** Returns HMAC-SHA256 of a text, in Base64. */
  static String hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "WebhookSecret";
  }
}
