package dev.orrery.scheduler.base.database;

import java.net.SocketTimeoutException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** The reason why the database accepts no writes. */
public enum OutageCause {
  READ_ONLY("the database is read-only, or a standby that was not promoted"),
  HANGING("the database does not answer"),
  AWAY("the database cannot be reached"),
  DISK_FULL("the disk of the database is full"),
  TOO_MANY_CONNECTIONS("the database has no connection left"),
  SESSION_NOT_KEPT(DatabaseException.SESSION_NOT_KEPT),
  OLD_PRIMARY(
      "the server is an old primary, as a replica has used one that was promoted later. If it is"
          + " the right one, stop all schedulers and start them again"),
  OTHER_DATABASE("the server belongs to another database than the one in use");

  /** The driver's message if a login took too long; it has no cause. */
  private static final String LATE_LOGIN = "Connection attempt timed out.";

  private static final String DISK_FULL_STATE = "53100";
  private static final String TOO_MANY_CONNECTIONS_STATE = "53300";

  private final String reason;

  OutageCause(String reason) {
    this.reason = reason;
  }

  /** Returns the reason as a clause for log lines and responses, without a full stop. */
  public String reason() {
    return reason;
  }

  /** Returns true if statements get no response, so that calls wait. */
  public boolean isSilent() {
    return this == HANGING || this == AWAY;
  }

  public static OutageCause of(DatabaseException failure) {
    if (failure.getCause() instanceof RefusedServerException refused) {
      return refused.outage();
    }
    if (failure.isReadOnly()) {
      return READ_ONLY;
    }
    if (failure.isSessionNotKept()) {
      return SESSION_NOT_KEPT;
    }
    if (failure.hasState(DISK_FULL_STATE)) {
      return DISK_FULL;
    }
    if (failure.hasState(TOO_MANY_CONNECTIONS_STATE)) {
      return TOO_MANY_CONNECTIONS;
    }
    return isTimeout(failure) ? HANGING : AWAY;
  }

  /** The pool throws a {@code TimeoutException} if a login takes longer than a caller waits. */
  private static boolean isTimeout(Throwable failure) {
    return LATE_LOGIN.equals(failure.getMessage())
        || Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
            .limit(20)
            .anyMatch(
                cause ->
                    cause instanceof SocketTimeoutException || cause instanceof TimeoutException);
  }
}
