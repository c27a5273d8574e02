package dev.orrery.scheduler.security;

import java.util.Collection;
import java.util.Set;

/** The sessions of browsers, which stand for tokens. */
public interface BrowserSessions {

  /** Queries which of these sessions have not ended or expired; blocks. */
  Set<TokenHash> liveAmong(Collection<TokenHash> sessions);
}
