package dev.orrery.scheduler.engine.command;

import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.IdempotencyStore;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Stores the responses to bulk commands with an idempotency key as three numbers: matched, changed,
 * and the cursor or {@link #NO_MORE}.
 */
final class BulkCallStore {
  private static final long NO_MORE = -1;

  private BulkCallStore() {}

  /**
   * @throws ProblemException {@code INVALID} if the key was used for another call
   */
  static Optional<BulkResponse> find(Connection connection, int app, Idempotency call)
      throws SQLException {
    return IdempotencyStore.find(connection, app, call)
        .map(
            numbers ->
                BulkResponse.of(
                    numbers.get(0).intValue(),
                    numbers.get(1).intValue(),
                    numbers.get(2) == NO_MORE ? null : numbers.get(2)));
  }

  static void keep(Connection connection, int app, Idempotency call, BulkResponse response)
      throws SQLException {
    IdempotencyStore.keep(
        connection,
        app,
        call,
        List.of(
            (long) response.matched(),
            (long) response.changed(),
            response.next() == null ? NO_MORE : Long.parseLong(response.next())));
  }
}
