package dev.orrery.scheduler.http.connection;

import io.netty.channel.Channel;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A timer of a connection, which runs an action once its time limit has passed. Confined to its
 * event loop.
 */
final class ConnectionDeadline {
  private final Channel connection;
  private final Duration limit;
  private final Runnable expired;
  private Future<?> running;

  /**
   * @param expired called on the event loop
   */
  ConnectionDeadline(Channel connection, Duration limit, Runnable expired) {
    this.connection = connection;
    this.limit = limit;
    this.expired = expired;
  }

  /** Does not restart a running deadline. */
  void start() {
    if (running == null) {
      running = connection.eventLoop().schedule(expired, limit.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  void restart() {
    stop();
    start();
  }

  void stop() {
    if (running != null) {
      running.cancel(false);
      running = null;
    }
  }
}
