package dev.orrery.scheduler.listener;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Bounds the connections of a port. Each must send the header of its first request in time; later
 * the idle time-out of the port ends it. Thread-safe.
 */
final class ConnectionGate {
  private final Vertx vertx;
  private final int most;
  private final Duration longestSilence;
  private final AtomicInteger open = new AtomicInteger();
  private final Set<HttpConnection> silent = ConcurrentHashMap.newKeySet();

  ConnectionGate(Vertx vertx, int most, Duration longestSilence) {
    this.vertx = vertx;
    this.most = most;
    this.longestSilence = longestSilence;
  }

  /** Closes the connection if there are too many, or later if no request arrives on it. */
  void onOpened(HttpConnection connection) {
    silent.add(connection);
    connection.closeHandler(closed -> onClosed(connection));
    if (open.incrementAndGet() > most) {
      connection.close();
      return;
    }
    vertx.setTimer(
        longestSilence.toMillis(),
        timer -> {
          if (silent.contains(connection)) {
            connection.close();
          }
        });
  }

  /** Must be called for each request once its header is read. */
  void onRequest(HttpConnection connection) {
    silent.remove(connection);
  }

  private void onClosed(HttpConnection connection) {
    silent.remove(connection);
    open.decrementAndGet();
  }
}
