package dev.orrery.scheduler.http.security;

import java.util.Collection;
import java.util.Set;

/** Checks which console sessions have not ended. A console session stands for a token. */
public interface BrowserSessions {

  /**
   * Returns which of these sessions have not ended or expired; queries the database, and blocks.
   */
  Set<TokenHash> liveAmong(Collection<TokenHash> sessions);
}
