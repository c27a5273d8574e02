package dev.orrery.scheduler.base.problem;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import dev.orrery.scheduler.base.database.ConnectionsInUseException;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.time.LogInterval;
import dev.orrery.scheduler.base.time.Ticker;
import io.vertx.core.http.HttpClosedException;
import jakarta.transaction.RollbackException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Maps exceptions to problems for the caller, and logs unexpected ones. */
public final class ProblemMapper {
  private static final Logger LOG = Logger.getLogger(ProblemMapper.class);

  private static final String OUTCOME_UNKNOWN =
      "The database was lost after the call had been sent to it, so the outcome is unknown: if"
          + " it was a change, it may have been made. Repeat the call; a submission with the same"
          + " Idempotency-Key is made once.";

  /** The messages of the operating system and of RESTEasy for a closed connection. */
  private static final Set<String> CLOSED =
      Set.of(
          "Broken pipe",
          "Connection reset",
          "Connection reset by peer",
          "Connection has been closed");

  private static final LogInterval OUTAGES = new LogInterval(Ticker.SYSTEM);
  private static final LogInterval TRACES = new LogInterval(Ticker.SYSTEM);

  private ProblemMapper() {}

  public static ProblemException from(Throwable failure) {
    Throwable cause = unwrap(failure);
    if (cause instanceof ProblemException problem) {
      LOG.debugf("Refused a request: %s", problem.getMessage());
      return problem;
    }
    if (cause instanceof ResponseOverloadException) {
      LOG.debugf("Refused a request: %s", cause.getMessage());
      return ProblemException.overloaded(
          "The responses that callers have not read, most of them of this app, use the memory for"
              + " them; read them, and try again.");
    }
    if (cause instanceof ConnectionsInUseException inUse) {
      LOG.debugf("Refused a request: %s", cause.getMessage());
      return ProblemException.overloaded(
          inUse.isByOneApp()
              ? "Too many calls of this app wait for the database; try again."
              : "Too many calls wait for the database; try again.");
    }
    Optional<DatabaseException> database = DatabaseException.behind(cause);
    if (database.filter(DatabaseException::isOutage).isPresent()) {
      logOutage(database.get());
      return ProblemException.unavailable(
          database.get().isOutcomeUnknown() ? OUTCOME_UNKNOWN : notAvailable(database.get()));
    }
    if (database.filter(DatabaseException::isExhausted).isPresent()) {
      logOutage(database.get());
      return ProblemException.unavailable("All connections to the database are in use; try again.");
    }
    if (database.filter(DatabaseException::isBusy).isPresent()) {
      logOutage(database.get());
      return ProblemException.unavailable(
          "Another transaction holds a lock on the rows, and nothing was changed; try again.");
    }
    if (database.filter(DatabaseException::isEndedIdle).isPresent()) {
      LOG.warnf(
          "Refused a request whose transaction was idle for too long: %s",
          database.get().firstLine());
      return ProblemException.unavailable(
          "The scheduler was paused during the change, and nothing was changed; try again.");
    }
    if (database.filter(DatabaseException::isConflict).isPresent()) {
      LOG.warnf(
          "Refused a request whose transaction conflicted with a concurrent one: %s",
          database.get().firstLine());
      return ProblemException.unavailable(
          "The change met another one of the same rows, and nothing was changed; try again.");
    }
    if (isRolledBack(cause)) {
      LOG.warnf("Refused a request whose transaction took too long: %s", cause.getMessage());
      return ProblemException.unavailable(
          "The change took too long, and nothing was changed; try again.");
    }
    if (isClosedByCaller(cause)) {
      LOG.debugf("Caller closed the connection before its request ended: %s", cause.getMessage());
      return ProblemException.malformed(null, "The connection was closed before the body ended.");
    }
    String id = UUID.randomUUID().toString();
    logFailure(cause, id);
    return new ProblemException(
        ProblemDetail.of(
            ErrorCode.INTERNAL, "Unexpected failure; the log has it as error id " + id, null));
  }

  /**
   * Returns true if the transaction manager rolled back at its time-out, which makes the commit
   * fail.
   */
  private static boolean isRolledBack(Throwable failure) {
    return failure instanceof RollbackException
        || (failure.getCause() != null && isRolledBack(failure.getCause()));
  }

  private static String notAvailable(DatabaseException outage) {
    return "The database is not available at the moment"
        + outage
            .outageReason()
            .map(reason -> ": " + reason + ". Try again.")
            .orElse("; try again.");
  }

  /** Returns true if the caller has closed the connection, so that no error needs to be logged. */
  private static boolean isClosedByCaller(Throwable failure) {
    if (failure instanceof HttpClosedException || failure instanceof ClosedChannelException) {
      return true;
    }
    if (!(failure instanceof IOException)) {
      return false;
    }
    return CLOSED.contains(String.valueOf(failure.getMessage()))
        || (failure.getCause() != null && isClosedByCaller(failure.getCause()));
  }

  /** Logs a trace at most every ten seconds: a caller can repeat what failed. */
  private static void logFailure(Throwable cause, String id) {
    if (TRACES.isDue()) {
      LOG.errorf(cause, "Unexpected failure; answered with status 500: errorId=%s", id);
    } else {
      LOG.errorf("Unexpected failure; answered with status 500: errorId=%s: %s", id, cause);
    }
  }

  /**
   * Logs the reason at most every ten seconds; the due-work loop logs the start and end of an
   * outage.
   */
  private static void logOutage(DatabaseException outage) {
    if (OUTAGES.isDue()) {
      LOG.warnf("Database unavailable; refused a request: %s", outage.firstLine());
    }
  }

  /** Returns the failure of which futures tell, without what they put around it. */
  public static Throwable unwrap(Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }
}
