package dev.orrery.scheduler.database.embedded;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/**
 * A database server that outlived its service (kill -9). Only asked while the directory's lock is
 * held: then no live service can own that server.
 */
final class OrphanedServer {
  private static final Logger LOG = Logger.getLogger(OrphanedServer.class);
  private static final long STOP_SECONDS = 60;

  private OrphanedServer() {}

  /** Stops the server that the pid file names, if it still runs, and waits until it is gone. */
  static void stop(Path postgresData) throws IOException {
    Path pidFile = postgresData.resolve("postmaster.pid");
    if (!Files.exists(pidFile)) {
      return;
    }
    Optional<ProcessHandle> orphan = pid(pidFile).flatMap(ProcessHandle::of);
    if (orphan.filter(OrphanedServer::isServer).isPresent()) {
      LOG.infof("Stopping a database server that was left running, pid %d", orphan.get().pid());
      ServerSignal.FAST_STOP.sendTo(orphan.get());
      awaitEnd(orphan.get());
    }
    // Its number may belong to another program by now, which the server would mistake for itself.
    Files.deleteIfExists(pidFile);
  }

  private static Optional<Long> pid(Path pidFile) throws IOException {
    List<String> lines = Files.readAllLines(pidFile);
    try {
      return lines.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(lines.get(0).strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  private static boolean isServer(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/postgres")).isPresent();
  }

  private static void awaitEnd(ProcessHandle orphan) {
    try {
      orphan.onExit().get(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      throw new StartupException(
          "a database server of an earlier start (pid "
              + orphan.pid()
              + ") does not stop. End it by hand, then start again.",
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException(
          "interrupted while stopping a database server of an earlier start", e);
    }
  }
}
