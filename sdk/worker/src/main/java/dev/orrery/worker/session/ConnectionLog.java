package dev.orrery.worker.session;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.protocol.message.WorkerOffer;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.util.HashSet;
import java.util.Set;

/**
 * Logs the events of a worker's connection to its scheduler. Names a session by its {@link
 * SessionHandle}, because its id is a secret.
 */
final class ConnectionLog {
  private static final Logger LOG = System.getLogger(SchedulerConnection.class.getName());

  private final WorkerOffer offer;

  /** Failures logged since the last success. Each error code of each server is logged once. */
  private final Set<String> logged = new HashSet<>();

  ConnectionLog(WorkerOffer offer) {
    this.offer = offer;
  }

  void onOpened(URI scheduler, HandshakeResponse agreement) {
    logged.clear();
    log(
        Level.INFO,
        "Session opened",
        scheduler,
        session(agreement.session())
            + " apiVersion="
            + agreement.version()
            + " software="
            + agreement.softwareVersion());
  }

  void onFailed(URI server, ProblemDetail problem) {
    logOnce("Failed to open a session; retrying", server, problem);
  }

  void onRefused(URI scheduler, ProblemDetail problem) {
    logOnce("Session refused; retrying", scheduler, problem);
  }

  void onUnreachable(URI scheduler, ProblemDetail problem) {
    logOnce("Scheduler unreachable; retrying", scheduler, problem);
  }

  void onFailing(URI scheduler, ProblemDetail problem) {
    logOnce("Scheduler failed; retrying", scheduler, problem);
  }

  private void logOnce(String event, URI server, ProblemDetail problem) {
    if (logged.add(event + " " + server + " " + problem.code())) {
      String setting = problem.settingToChange();
      log(
          Level.WARNING,
          event,
          server,
          " code="
              + problem.code()
              + ": "
              + problem.detail()
              + (setting == null ? "" : " To change: " + setting));
    }
  }

  void onGone(SchedulerSession gone) {
    log(
        Level.WARNING,
        "Session ended by the scheduler; opening a new one",
        gone.address(),
        session(gone.id()));
  }

  void onClosed(URI scheduler, SchedulerSession closed) {
    log(Level.INFO, "Session closed", scheduler, session(closed.id()));
  }

  private static String session(String id) {
    return " session=" + SessionHandle.of(id);
  }

  void onMoved(URI from, URI to) {
    log(Level.INFO, "Session moved to another replica", to, " from=" + from);
  }

  void onServedAgain(URI scheduler) {
    logged.clear();
    log(Level.INFO, "Scheduler responds again", scheduler, "");
  }

  private void log(Level level, String event, URI scheduler, String more) {
    LOG.log(
        level,
        "{0}: app={1} worker={2} scheduler={3}{4}",
        event,
        offer.app(),
        offer.name(),
        scheduler,
        more);
  }
}
