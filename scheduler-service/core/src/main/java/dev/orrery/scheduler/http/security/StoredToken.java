package dev.orrery.scheduler.http.security;

import java.time.Instant;

/**
 * A stored token that is not revoked.
 *
 * @param expiresAt null if it does not expire
 */
record StoredToken(Caller owner, Instant expiresAt) {
  boolean hasExpired(Instant now) {
    return expiresAt != null && !now.isBefore(expiresAt);
  }
}
