package dev.orrery.testing;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks a webhook's signature exactly as docs/notifications.md instructs receivers to do. */
public final class SignatureCheck {
  private SignatureCheck() {}

  public static boolean isGenuine(
      String secret, String id, String timestamp, String body, String signatures)
      throws GeneralSecurityException {
    Mac mac = Mac.getInstance("HmacSHA256");
    byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    byte[] expected =
        mac.doFinal((id + "." + timestamp + "." + body).getBytes(StandardCharsets.UTF_8));
    byte[] wanted =
        ("v1," + Base64.getEncoder().encodeToString(expected)).getBytes(StandardCharsets.UTF_8);
    for (String signature : signatures.split(" ", -1)) {
      if (MessageDigest.isEqual(wanted, signature.getBytes(StandardCharsets.UTF_8))) {
        return true;
      }
    }
    return false;
  }
}
