package dev.orrery.scheduler.worker;

import dev.orrery.scheduler.database.DatabaseException;
import dev.orrery.scheduler.group.HotExecutor;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.Hints;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Set;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Finds out what hints of other replicas would have said about the sessions here: that they have
 * ended, or are to stop an attempt.
 */
@ApplicationScoped
public class MissedNews {
  private static final Logger LOG = Logger.getLogger(MissedNews.class);

  private final Sessions sessions;
  private final SessionStore store;
  private final HotExecutor executor;
  private final Hints hints;

  MissedNews(Sessions sessions, SessionStore store, HotExecutor executor, Hints hints) {
    this.sessions = sessions;
    this.store = store;
    this.executor = executor;
    this.hints = hints;
  }

  void start(@Observes StartupEvent event) {
    hints.listen(
        hint -> {
          if (hint instanceof Hint.LookAtEverything) {
            executor.executeUnlessStopped(this::look);
          }
        });
  }

  private void look() {
    try {
      sessions.forgetEnded();
      Set<UUID> known = sessions.known();
      if (!known.isEmpty()) {
        store.cancelsOf(known).forEach(hints::giveHere);
      }
    } catch (DatabaseException e) {
      // Renewals say the same, a little later.
      LOG.debugf("What may have been missed was not looked at: %s", e.getMessage());
    }
  }
}
