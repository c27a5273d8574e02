package dev.orrery.scheduler.database;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A statement failed. */
public final class DatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Classes of SQLSTATE that speak of the server or the connection and not of the statement:
   * connection, resources (full disk, too many connections), operator intervention, system.
   */
  private static final Set<String> OUTAGE_CLASSES = Set.of("08", "53", "57", "58", "XX");

  private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

  /** The time bound of a wait for a lock, and that of a whole statement. */
  private static final Set<String> BUSY = Set.of("55P03", "57014");

  /** The message of the pool if all its connections stayed in use; it has no state. */
  private static final String NO_FREE_CONNECTION = "Sorry, acquisition timeout!";

  private final String sqlState;

  public DatabaseException(SQLException cause) {
    super(cause.getMessage(), cause);
    this.sqlState = cause.getSQLState();
  }

  /** The failed statement behind a failure, which Hibernate and transactions wrap in their own. */
  public static Optional<DatabaseException> behind(Throwable failure) {
    // Bounded: a chain of causes may be a ring.
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .limit(20)
        .flatMap(DatabaseException::of)
        .findFirst();
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
   * True if the database is away or cannot work at all. The statement may or may not have been
   * committed; trying its parts one by one would not help.
   */
  public boolean isOutage() {
    if (isExhausted() || isBusy()) {
      return false;
    }
    // The pool's own failures (no connection made in time, pool closed) carry no state.
    return sqlState == null || OUTAGE_CLASSES.contains(sqlState.substring(0, 2));
  }

  /**
   * True if the server ended the statement at its time bound, in most cases because another
   * transaction holds a lock. Nothing was changed, and the database answers.
   */
  public boolean isBusy() {
    return sqlState != null && BUSY.contains(sqlState);
  }

  /**
   * True if all connections of the pool stayed in use for the acquisition time. No statement was
   * sent, and the database may answer others.
   */
  public boolean isExhausted() {
    return sqlState == null && NO_FREE_CONNECTION.equals(getMessage());
  }

  /** The message of the database without its details, for a log that has a line for a failure. */
  public String firstLine() {
    return String.valueOf(getMessage()).lines().findFirst().orElse("");
  }

  /** True for a failure that is no fault of the statement: the same one may succeed later. */
  public boolean isTemporary() {
    return isOutage() || isExhausted() || isBusy() || isConflict();
  }

  /** True if it lost against a concurrent transaction and may simply be tried again. */
  public boolean isConflict() {
    return sqlState != null && CONFLICTS.contains(sqlState);
  }
}
