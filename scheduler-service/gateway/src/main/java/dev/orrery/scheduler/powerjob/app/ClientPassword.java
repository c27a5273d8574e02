package dev.orrery.scheduler.powerjob.app;

import dev.orrery.scheduler.http.security.TokenHash;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The stored password of an app's clients.
 *
 * @param salt hexadecimal
 * @param rounds of {@link ClientKey#derive}
 * @param proof of {@link ClientKey}
 * @param clientId the hash of the number that clients send as {@code appId}
 */
public record ClientPassword(String salt, int rounds, TokenHash proof, TokenHash clientId) {
  /** Takes as long as {@link ClientKey#derive}. */
  static ClientPassword of(String digest, int rounds) {
    byte[] salt = new byte[ClientKey.SALT_BYTES];
    new SecureRandom().nextBytes(salt);
    ClientKey key = ClientKey.derive(digest, salt, rounds);
    return new ClientPassword(
        HexFormat.of().formatHex(salt), rounds, key.proof(), ClientKey.hash(key.clientId()));
  }

  /** Returns the number for clients with this password; empty for a wrong one. */
  public Optional<Long> clientId(String digest) {
    ClientKey key = ClientKey.derive(digest, HexFormat.of().parseHex(salt), rounds);
    return key.proof().matches(proof) ? Optional.of(key.clientId()) : Optional.empty();
  }
}
