package dev.orrery.scheduler.http.security;

/**
 * The secret that authenticated a caller. Calls that outlive their request end with it: see {@link
 * CallerWatch}.
 *
 * @param token hash of the token; null for the admin token, which ends with the process
 * @param session hash of the id of the console session; null for a call with the token itself
 */
public record CallerCredential(TokenHash token, TokenHash session) {
  static final CallerCredential OF_ADMIN = new CallerCredential(null, null);

  static CallerCredential of(TokenHash token) {
    return new CallerCredential(token, null);
  }

  /** Returns true if the credential can end before the process does. */
  boolean canEnd() {
    return token != null || session != null;
  }

  CallerCredential in(TokenHash browserSession) {
    return new CallerCredential(token, browserSession);
  }

  @Override
  public String toString() {
    return session == null ? "Credential[token]" : "Credential[session]";
  }
}
