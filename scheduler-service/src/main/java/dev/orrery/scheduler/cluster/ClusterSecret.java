package dev.orrery.scheduler.cluster;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs what goes over the cluster port, and checks it. The secret itself is never sent, so a
 * replica that dials a wrong address gives nothing away; an answer is bound to its question, so
 * nobody else can give it. A message that is sent a second time by a listener on the wire is a hint
 * to look at what the database says, or the cancel of an attempt that has been canceled.
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

  String ofQuestion(ClusterOperation verb, String nonce, byte[] body) {
    return sign("question", verb, nonce, body);
  }

  String ofAnswer(ClusterOperation verb, String nonce, byte[] body) {
    return sign("answer", verb, nonce, body);
  }

  /** Compares in constant time; null is no signature. */
  static boolean matches(String expected, String given) {
    return given != null
        && MessageDigest.isEqual(
            expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private String sign(String kind, ClusterOperation verb, String nonce, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // The parts before the body hold no line break, so no two messages look the same.
      String head = kind + "\n" + verb.path() + "\n" + nonce + "\n";
      mac.update(head.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("Every Java has " + ALGORITHM, e);
    }
  }
}
