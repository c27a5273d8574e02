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

  /** {@code lock_timeout} and {@code statement_timeout}. */
  private static final Set<String> TIMEOUTS = Set.of("55P03", "57014");

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
    // The pool's own failures (no connection in time, pool closed) carry no state.
    return sqlState == null || OUTAGE_CLASSES.contains(sqlState.substring(0, 2));
  }

  /** True if it lost against a concurrent transaction and may simply be tried again. */
  public boolean isConflict() {
    return sqlState != null && CONFLICTS.contains(sqlState);
  }

  /** True if it exceeded a bound of its own transaction for locks or for a statement. */
  public boolean isTimeout() {
    return sqlState != null && TIMEOUTS.contains(sqlState);
  }
}
