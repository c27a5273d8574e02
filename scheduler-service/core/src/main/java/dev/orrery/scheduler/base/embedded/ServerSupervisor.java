package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.time.Ticker;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Restarts the embedded server whenever its process dies, on its own thread.
 *
 * <p>Repeats a failed start after a pause. If {@link RestartLimit} grants no more starts, or the
 * server was down for the whole window, the supervisor gives up: then the data or the disk is
 * broken, and an operator must repair it.
 */
final class ServerSupervisor {
  private static final Logger LOG = Logger.getLogger(ServerSupervisor.class);
  private static final long FIRST_PAUSE_MILLIS = 250;
  private static final long MAX_PAUSE_MILLIS = 3_000;

  private final SupervisedServer server;
  private final Runnable onRestart;
  private final Runnable onLost;
  private final RestartLimit limit = RestartLimit.standard();
  private final Thread thread = new Thread(this::run, "orrery-database-supervisor");
  private final Ticker ticker;
  private volatile boolean stopping;

  /**
   * @param onRestart called on the supervisor's thread after each restart
   * @param onLost called once, when the supervisor has given up
   */
  ServerSupervisor(SupervisedServer server, Ticker ticker, Runnable onRestart, Runnable onLost) {
    this.server = server;
    this.ticker = ticker;
    this.onRestart = onRestart;
    this.onLost = onLost;
  }

  void start() {
    thread.setDaemon(true);
    thread.start();
  }

  /** Stops the server permanently; its data directory is free afterwards. */
  void stop() throws IOException, InterruptedException {
    stopping = true;
    // The interrupt kills the process of a running restart; PostgreSQL recovers from that.
    thread.interrupt();
    thread.join();
    server.stop();
  }

  private void run() {
    try {
      while (!stopping) {
        int exitCode = server.awaitEnd();
        if (!stopping && !restart(exitCode)) {
          onLost.run();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns false if the supervisor gives up before the server is back. */
  private boolean restart(int exitCode) throws InterruptedException {
    LOG.warnf("Embedded database died; restarting it: exitCode=%d", exitCode);
    long diedNanos = ticker.nanos();
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (limit.tryAcquire(ticker.nanos())) {
      try {
        server.restart();
        onRestart.run();
        LOG.infof(
            "Embedded database restarted; accepting calls again: downtime=%d ms",
            TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - diedNanos));
        return true;
      } catch (StartupException e) {
        if (stopping) {
          return true;
        }
        LOG.warnf("Failed to restart the embedded database; retrying: %s", e.getMessage());
      }
      if (ticker.nanos() - diedNanos >= RestartLimit.WINDOW.toNanos()) {
        break;
      }
      TimeUnit.MILLISECONDS.sleep(pauseMillis);
      pauseMillis = Math.min(MAX_PAUSE_MILLIS, 2 * pauseMillis);
    }
    LOG.errorf(
        "Gave up restarting the embedded database; stopping the service. The database log is in the"
            + " folder 'log' of the data directory: restarts=%d within=%d min",
        limit.granted(), RestartLimit.WINDOW.toMinutes());
    return false;
  }
}
