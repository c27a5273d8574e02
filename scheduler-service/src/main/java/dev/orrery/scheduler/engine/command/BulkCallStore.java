package dev.orrery.scheduler.engine.command;

import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.http.problem.ProblemException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Stores the responses to bulk commands with an idempotency key. They share a table with the
 * idempotency keys of submissions. Instead of ids they have three numbers: matched, changed, and
 * the cursor or {@link #NO_MORE}.
 */
final class BulkCallStore {
  private static final long NO_MORE = -1;

  private static final String FIND =
      "select encode(hash, 'hex') as hash, ids from idempotency where app_id = ? and key = ?";

  /** Waits for an uncommitted call with the same key. */
  private static final String RESERVE =
      """
      insert into idempotency (app_id, key, hash, ids) values (?, ?, decode(?, 'hex'), '{}')
      on conflict do nothing
      """;

  private static final String KEEP = "update idempotency set ids = ? where app_id = ? and key = ?";

  private BulkCallStore() {}

  /**
   * @throws ProblemException {@code INVALID} if the key was used for another call
   */
  static Optional<BulkResponse> find(Connection connection, int app, Idempotency call)
      throws SQLException {
    record Stored(String hash, List<Long> numbers) {}
    return SqlStatement.of(connection, FIND)
        .with(app)
        .withText(call.key())
        .first(row -> new Stored(row.getString("hash"), SqlStatement.list(row, "ids", Long.class)))
        .map(
            stored -> {
              if (!stored.hash().equals(call.hash())) {
                throw ProblemException.invalid(
                    "Idempotency-Key",
                    "This key was used for another request, and is kept for orrery.retention.idempotency-keys.");
              }
              long next = stored.numbers().get(2);
              return BulkResponse.of(
                  stored.numbers().get(0).intValue(),
                  stored.numbers().get(1).intValue(),
                  next == NO_MORE ? null : Long.valueOf(next));
            });
  }

  /**
   * Reserves the key within the transaction of the caller.
   *
   * @throws ProblemException {@code UNAVAILABLE} if another call reserved it in the meantime
   */
  static void reserve(Connection connection, int app, Idempotency call) throws SQLException {
    int reserved =
        SqlStatement.of(connection, RESERVE)
            .with(app)
            .withText(call.key())
            .withText(call.hash())
            .update();
    if (reserved == 0) {
      throw ProblemException.unavailable(
          "Another call with this Idempotency-Key has just been made; try again.");
    }
  }

  static void keep(Connection connection, int app, Idempotency call, BulkResponse response)
      throws SQLException {
    SqlStatement.of(connection, KEEP)
        .bigints(
            List.of(
                (long) response.matched(),
                (long) response.changed(),
                response.next() == null ? NO_MORE : Long.parseLong(response.next())))
        .with(app)
        .withText(call.key())
        .update();
  }
}
