package dev.orrery.scheduler.failover;

import dev.orrery.scheduler.app.AppService;
import dev.orrery.scheduler.console.ConsoleSessionCache;
import dev.orrery.scheduler.dispatch.Dispatcher;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.security.TokenCache;
import jakarta.enterprise.context.ApplicationScoped;

/** Clears all caches of database state on this replica. */
@ApplicationScoped
class CacheReset {
  private final JobVersionCache versions;
  private final Dispatcher dispatcher;
  private final AppService apps;
  private final TokenCache tokens;
  private final ConsoleSessionCache consoleSessions;
  private final HintBus hints;

  CacheReset(
      JobVersionCache versions,
      Dispatcher dispatcher,
      AppService apps,
      TokenCache tokens,
      ConsoleSessionCache consoleSessions,
      HintBus hints) {
    this.versions = versions;
    this.dispatcher = dispatcher;
    this.apps = apps;
    this.tokens = tokens;
    this.consoleSessions = consoleSessions;
    this.hints = hints;
  }

  /** Never blocks. Other threads end sessions without a row and read the lanes. */
  void forgetAll() {
    versions.forget();
    dispatcher.forgetLanes();
    apps.forget();
    tokens.forget();
    consoleSessions.forget();
    // Local, because every replica checks for itself.
    hints.publishLocal(new Hint.Resync());
  }
}
