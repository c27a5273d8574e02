package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Stores what calls other than submissions have returned, by their idempotency keys, in the
 * transaction of what they made. They share a table with submissions.
 */
public final class IdempotencyStore {
  static final String FIND =
      "select encode(hash, 'hex') as hash, ids from idempotency where app_id = ? and key = ?";

  /** Waits for an uncommitted call with the same key. */
  private static final String RESERVE =
      """
      insert into idempotency (app_id, key, hash, ids) values (?, ?, decode(?, 'hex'), '{}')
      on conflict do nothing
      """;

  private static final String KEEP = "update idempotency set ids = ? where app_id = ? and key = ?";

  private IdempotencyStore() {}

  /**
   * Returns the numbers of an earlier call.
   *
   * @throws ProblemException {@code INVALID} if the key was used for another call
   */
  public static Optional<List<Long>> find(Connection connection, int app, Idempotency call)
      throws SQLException {
    record Stored(String hash, List<Long> numbers) {}
    return SqlStatement.of(connection, FIND)
        .with(app)
        .withText(call.key())
        .first(row -> new Stored(row.getString("hash"), SqlStatement.list(row, "ids", Long.class)))
        .map(
            stored -> {
              if (!stored.hash().equals(call.hash())) {
                throw reused();
              }
              return stored.numbers();
            });
  }

  /** Returns the refusal of a key that was used for another call. */
  static ProblemException reused() {
    return ProblemException.invalid(
        "Idempotency-Key",
        "This key was used for another request, and is kept for orrery.retention.idempotency-keys.");
  }

  /**
   * Returns the numbers of an earlier call, or reserves the key within the transaction of the
   * caller. Waits for an uncommitted call with the same key.
   *
   * @throws ProblemException {@code INVALID} if the key was used for another call
   */
  public static Optional<List<Long>> findOrReserve(Connection connection, int app, Idempotency call)
      throws SQLException {
    return tryReserve(connection, app, call) ? Optional.empty() : find(connection, app, call);
  }

  /**
   * Reserves the key within the transaction of the caller.
   *
   * @throws ProblemException {@code UNAVAILABLE} if another call reserved it in the meantime
   */
  public static void reserve(Connection connection, int app, Idempotency call) throws SQLException {
    if (!tryReserve(connection, app, call)) {
      throw ProblemException.unavailable(
          "Another call with this Idempotency-Key has just been made; try again.");
    }
  }

  private static boolean tryReserve(Connection connection, int app, Idempotency call)
      throws SQLException {
    return SqlStatement.of(connection, RESERVE)
            .with(app)
            .withText(call.key())
            .withText(call.hash())
            .update()
        > 0;
  }

  /** Stores the numbers of a call whose key is reserved. */
  public static void keep(Connection connection, int app, Idempotency call, List<Long> numbers)
      throws SQLException {
    SqlStatement.of(connection, KEEP).bigints(numbers).with(app).withText(call.key()).update();
  }
}
