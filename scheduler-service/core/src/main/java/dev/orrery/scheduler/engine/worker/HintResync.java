package dev.orrery.scheduler.engine.worker;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Finds ended sessions and canceled attempts of the sessions at this replica, after hints of other
 * replicas may have been lost.
 */
@ApplicationScoped
public class HintResync {
  private static final Logger LOG = Logger.getLogger(HintResync.class);

  private final SessionRegistry sessions;
  private final SessionStore store;
  private final EngineExecutor executor;
  private final HintBus hints;

  HintResync(SessionRegistry sessions, SessionStore store, EngineExecutor executor, HintBus hints) {
    this.sessions = sessions;
    this.store = store;
    this.executor = executor;
    this.hints = hints;
  }

  void start(@Observes StartupEvent event) {
    hints.listen(
        hint -> {
          if (hint instanceof Hint.Resync) {
            executor.executeUnlessStopped(this::look);
          }
        });
  }

  private void look() {
    try {
      sessions.forgetEnded();
      Set<UUID> known = sessions.known();
      if (!known.isEmpty()) {
        store.cancelsOf(known).forEach(hints::publishLocal);
      }
    } catch (DatabaseException e) {
      // The next renewals return the same cancels.
      LOG.debugf(
          "Failed to read missed cancels; the next renewals return them: %s", e.getMessage());
    }
  }
}
