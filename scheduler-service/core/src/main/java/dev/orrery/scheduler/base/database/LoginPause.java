package dev.orrery.scheduler.base.database;

import dev.orrery.scheduler.base.time.Ticker;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Pauses the logins of a pool after the server has run out of connections: otherwise each call that
 * waits for a connection would cause another login, which is refused as well.
 */
final class LoginPause {
  static final Duration LENGTH = Duration.ofMillis(250);

  private final Ticker ticker;
  private volatile Refusal last;

  LoginPause(Ticker ticker) {
    this.ticker = ticker;
  }

  private record Refusal(SQLException reason, long atNanos) {}

  /** Begins a pause if the server refused the login because it has no connection left. */
  void failed(SQLException reason) {
    if (OutageCause.of(new DatabaseException(reason)) == OutageCause.TOO_MANY_CONNECTIONS) {
      last = new Refusal(reason, ticker.nanos());
    }
  }

  /**
   * Requires that the pool may log in.
   *
   * @throws SQLException during a pause, with the reason of the last refusal
   */
  void require() throws SQLException {
    Refusal refusal = last;
    if (refusal != null && ticker.nanos() - refusal.atNanos() < LENGTH.toNanos()) {
      throw new SQLException(
          refusal.reason().getMessage(), refusal.reason().getSQLState(), refusal.reason());
    }
  }
}
