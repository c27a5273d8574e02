package dev.orrery.scheduler.edge.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs messages of the cluster port, and checks signatures. The secret itself is never sent, so a
 * replica that connects to a wrong address reveals nothing. A response is bound to its request, so
 * only a holder of the secret can send it. A replayed message is harmless: it is a hint to query
 * the database, or the cancel of an attempt that was canceled before.
 */
final class ClusterSecret {
  static final String NONCE = "Orrery-Nonce";
  static final String SIGNATURE = "Orrery-Signature";

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  ClusterSecret(String secret) {
    this.key = new SecretKeySpec(secret.strip().getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  static String newNonce() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  String ofRequest(ClusterOperation operation, String nonce, byte[] body) {
    return sign("question", operation, nonce, body);
  }

  String ofResponse(ClusterOperation operation, String nonce, byte[] body) {
    return sign("answer", operation, nonce, body);
  }

  /** Compares in constant time; false for null. */
  static boolean matches(String expected, String given) {
    return given != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private String sign(String kind, ClusterOperation operation, String nonce, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // The parts before the body contain no line break, so two different messages never have the
      // same bytes.
      String head = kind + "\n" + operation.path() + "\n" + nonce + "\n";
      mac.update(head.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }
}
