package dev.orrery.scheduler.engine.worker;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;

/** Refuses to start with a lease or an interval that would expire live sessions. */
@ApplicationScoped
class SessionConfigCheck {
  private static final Duration MIN_INTERVAL = Duration.ofMillis(100);

  void check(
      @Observes @Priority(START_CHECKS) StartupEvent event,
      SessionConfig session,
      PollConfig poll) {
    require(session, poll);
  }

  static void require(SessionConfig session, PollConfig poll) {
    if (session.renewInterval().compareTo(MIN_INTERVAL) < 0) {
      throw new StartupException(
          "orrery.session.renew-interval is "
              + session.renewInterval()
              + "; set it to at least 100 milliseconds.");
    }
    if (session.renewInterval().compareTo(session.lease().dividedBy(3)) > 0) {
      throw new StartupException(
          "orrery.session.renew-interval ("
              + session.renewInterval()
              + ") is more than a third of orrery.session.lease ("
              + session.lease()
              + "): two lost renewals would end a session. Set the lease to at least "
              + session.renewInterval().multipliedBy(3)
              + ", or renew more often.");
    }
    if (poll.timeout().compareTo(MIN_INTERVAL) < 0) {
      throw new StartupException(
          "orrery.poll.timeout is " + poll.timeout() + "; set it to at least 100 milliseconds.");
    }
  }
}
