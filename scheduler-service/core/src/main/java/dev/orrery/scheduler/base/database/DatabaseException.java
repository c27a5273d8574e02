package dev.orrery.scheduler.base.database;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Thrown when a database statement fails, or cannot be sent because of an outage. */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Classes of SQLSTATE for failures of the server or the connection, not of the statement:
   * connection, resources (full disk, too many connections), operator intervention, system.
   */
  private static final Set<String> OUTAGE_CLASSES = Set.of("08", "53", "57", "58", "XX");

  /** A write met a standby or a read-only database. */
  private static final String READ_ONLY = "25006";

  /**
   * Part of the driver's message if no host has the required type. All such refusals have the state
   * 08001.
   */
  private static final String NO_PRIMARY = "targetServerType";

  /** A prepared statement is missing or already exists: several clients share the session. */
  private static final Set<String> FOREIGN_SESSION = Set.of("26000", "42P05");

  /** The pool has interrupted the driver while it opened a connection. */
  private static final String INTERRUPTED = "99999";

  /** The message of our own exception if a pooler does not keep the session of a connection. */
  public static final String SESSION_NOT_KEPT =
      "a pooler between the scheduler and the database does not keep sessions. Set pool_mode=session"
          + " there, or connect to the database directly";

  /** States of connections that were never made or already closed, so that nothing was sent. */
  private static final Set<String> NOT_SENT = Set.of("08001", "08003", "08004", "57P03");

  /** Classes of SQLSTATE if a connection ended during a statement. */
  private static final Set<String> LOST_CLASSES = Set.of("08", "57");

  /** The server ended a transaction that sent no statement for 15 s. */
  private static final String ENDED_IDLE = "25P03";

  private static final Set<String> CONFLICTS = Set.of("40001", "40P01", ENDED_IDLE);

  /** The states of time-outs, of a wait for a lock and of a whole statement. */
  private static final Set<String> BUSY = Set.of("55P03", "57014");

  /** The message of the pool if all its connections stayed in use; it has no state. */
  private static final String NO_FREE_CONNECTION = "Sorry, acquisition timeout!";

  private static final int MAX_CAUSES = 40;

  private final String sqlState;

  /** The known outage that kept the statement from being sent; null for a failed statement. */
  private final OutageCause outage;

  public DatabaseException(SQLException cause) {
    this(cause, null);
  }

  private DatabaseException(SQLException cause, OutageCause outage) {
    super(cause.getMessage(), cause);
    this.sqlState = cause.getSQLState();
    this.outage = outage;
  }

  /** Returns the failure of a statement that is not sent during an outage. */
  static DatabaseException during(OutageCause outage) {
    return new DatabaseException(new SQLException("no statement sent: " + outage.reason()), outage);
  }

  /**
   * Returns the reason of the outage as a clause for callers; empty if unknown. Contains no text of
   * the database, which may name hosts and users.
   */
  public Optional<String> outageReason() {
    OutageCause cause = outage == null ? OutageCause.of(this) : outage;
    // An unclassified failure counts as AWAY.
    return outage == null && cause == OutageCause.AWAY
        ? Optional.empty()
        : Optional.of(cause.reason());
  }

  /**
   * Returns the failed statement behind a failure. Hibernate and transactions wrap it in their own
   * exceptions; after a failed commit it is among the suppressed ones.
   */
  public static Optional<DatabaseException> behind(Throwable failure) {
    Deque<Throwable> next = new ArrayDeque<>();
    next.add(failure);
    // Bounded, because a chain of causes may be cyclic.
    for (int seen = 0; seen < MAX_CAUSES && !next.isEmpty(); seen++) {
      Throwable cause = next.remove();
      Optional<DatabaseException> found = of(cause).findFirst();
      if (found.isPresent()) {
        return found;
      }
      if (cause.getCause() != null) {
        next.add(cause.getCause());
      }
      next.addAll(List.of(cause.getSuppressed()));
    }
    return Optional.empty();
  }

  private static Stream<DatabaseException> of(Throwable cause) {
    if (cause instanceof DatabaseException database) {
      return Stream.of(database);
    }
    return cause instanceof SQLException sql
        ? Stream.of(new DatabaseException(sql))
        : Stream.empty();
  }

  /**
   * Returns true if the database is unreachable or cannot work at all. The statement may have been
   * committed; retrying its parts one by one would not help.
   */
  public boolean isOutage() {
    if (isExhausted() || isBusy()) {
      return false;
    }
    // The pool's own failures (connection time-out, pool closed) have no state.
    return sqlState == null
        || isReadOnly()
        || hasState(INTERRUPTED)
        || isForeignSession()
        || OUTAGE_CLASSES.contains(sqlState.substring(0, 2));
  }

  /**
   * Returns true if the database refuses writes. Nothing was changed; connections to such a
   * database must not be used again.
   */
  public boolean isReadOnly() {
    return hasState(READ_ONLY) || (hasState("08001") && getMessage().contains(NO_PRIMARY));
  }

  /**
   * Returns true if the statement, or the commit, was sent and got no response. The transaction may
   * have been committed.
   */
  public boolean isOutcomeUnknown() {
    return isOutage()
        && sqlState != null
        && LOST_CLASSES.contains(sqlState.substring(0, 2))
        && !NOT_SENT.contains(sqlState);
  }

  /** Returns the failure for calls that waited behind the failed one and were not sent. */
  public DatabaseException ofUnsent() {
    return isOutcomeUnknown()
        ? new DatabaseException(new SQLException("no statement sent: " + firstLine(), this))
        : this;
  }

  /** Returns true if the statement met the session of another client; nothing was changed. */
  public boolean isForeignSession() {
    return sqlState != null && FOREIGN_SESSION.contains(sqlState);
  }

  /** Returns true if a pooler uses another connection to the database for each transaction. */
  boolean isSessionNotKept() {
    return SESSION_NOT_KEPT.equals(getMessage());
  }

  /** Returns true if the failure has this SQLSTATE. */
  public boolean hasState(String state) {
    return state.equals(sqlState);
  }

  /**
   * Returns true if the server ended the statement at its time-out, in most cases because another
   * transaction holds a lock. Nothing was changed, and the database is reachable.
   */
  public boolean isBusy() {
    return sqlState != null && BUSY.contains(sqlState);
  }

  /**
   * Returns true if no connection of the pool became free within the acquisition time-out. No
   * statement was sent; the database may be reachable.
   */
  public boolean isExhausted() {
    return sqlState == null && NO_FREE_CONNECTION.equals(getMessage());
  }

  /** Returns the message of the database without details, for one log line per failure. */
  public String firstLine() {
    return String.valueOf(getMessage()).lines().findFirst().orElse("");
  }

  /** Returns true if the same statement may succeed later. */
  public boolean isTemporary() {
    return isOutage() || isExhausted() || isBusy() || isConflict();
  }

  /**
   * Returns true if the server rolled back the transaction for a reason that is gone, so that it
   * may be tried again: it lost against a concurrent transaction, or see {@link #isEndedIdle}.
   */
  public boolean isConflict() {
    return sqlState != null && CONFLICTS.contains(sqlState);
  }

  /**
   * Returns true if the server ended an idle transaction, because this process was paused. Nothing
   * was changed.
   */
  public boolean isEndedIdle() {
    return hasState(ENDED_IDLE);
  }
}
