package dev.orrery.scheduler.embedded;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;

/** A database server as its supervisor sees it. */
interface SupervisedServer {

  /** Waits until the server's process has ended, and returns its exit code. */
  int awaitEnd() throws InterruptedException;

  /**
   * Starts the server again after its process has ended, and returns once it answers.
   *
   * @throws StartupException if it cannot be started
   */
  void restart();

  /** Stops the server and waits for all its processes; the data directory is free afterwards. */
  void stop() throws IOException, InterruptedException;
}
