package dev.orrery.scheduler.http.security;

import java.util.Collection;
import java.util.Set;

/** Checks the sessions of browsers, which represent tokens. */
public interface BrowserSessions {

  /**
   * Returns which of these sessions have not ended or expired; queries the database, and blocks.
   */
  Set<TokenHash> liveAmong(Collection<TokenHash> sessions);
}
