package dev.orrery.scheduler.base.embedded;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;

/** The operations of a database server that {@link ServerSupervisor} needs. */
interface SupervisedServer {

  /** Waits for the end of the server's process, and returns its exit code. */
  int awaitEnd() throws InterruptedException;

  /**
   * Restarts the server after its process has ended; returns once it accepts connections.
   *
   * @throws StartupException if it cannot be started
   */
  void restart();

  /** Stops the server and waits for all its processes; the data directory is free afterwards. */
  void stop() throws IOException, InterruptedException;
}
