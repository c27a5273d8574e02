package dev.orrery.scheduler.base.embedded;

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
 * Finds and stops a database server that outlived its service, such as after a kill -9. Requires
 * the lock of the data directory: no live service can own such a server then.
 */
final class OrphanedServer {
  private static final Logger LOG = Logger.getLogger(OrphanedServer.class);
  private static final long STOP_SECONDS = 60;

  private OrphanedServer() {}

  /**
   * Stops the server that the pid file names, if it still runs, and waits until it is gone. The
   * file of a dead server stays, because PostgreSQL uses it to find the last backends.
   */
  static void stop(Path postgresData) throws IOException {
    Path pidFile = postgresData.resolve("postmaster.pid");
    if (Files.exists(pidFile) && pid(pidFile).isEmpty()) {
      // A power failure can leave an empty file, which PostgreSQL refuses. It names no server.
      Files.delete(pidFile);
    }
    Optional<ProcessHandle> orphan =
        namedProcess(postgresData).filter(process -> isServerOf(process, postgresData));
    if (orphan.isPresent()) {
      LOG.infof("Stopping a database server that was left running: pid=%d", orphan.get().pid());
      ServerSignal.FAST_STOP.sendTo(orphan.get());
      awaitEnd(orphan.get());
    }
  }

  /**
   * Returns the pid in the pid file if it now belongs to an unrelated process. This happens in
   * containers, where each start counts from 1. PostgreSQL would mistake that process for its
   * server unless it gets the pid as {@code PG_GRANDPARENT_PID}.
   */
  static Optional<Long> strangerOfItsPid(Path postgresData) throws IOException {
    return namedProcess(postgresData)
        .filter(process -> !isServerOf(process, postgresData))
        .map(ProcessHandle::pid);
  }

  /**
   * Kills all processes of a dead server of this data. The server process itself must have ended.
   */
  static void killBackends(Path postgresData) {
    List<ProcessHandle> backends =
        ProcessHandle.allProcesses()
            .filter(OrphanedServer::isPostgres)
            .filter(process -> worksIn(process, postgresData).orElse(false))
            .toList();
    LOG.warnf(
        "Killing processes of a database server that died: pids=%s",
        backends.stream().map(ProcessHandle::pid).toList());
    backends.forEach(ProcessHandle::destroyForcibly);
  }

  private static Optional<ProcessHandle> namedProcess(Path postgresData) throws IOException {
    Path pidFile = postgresData.resolve("postmaster.pid");
    return Files.exists(pidFile) ? pid(pidFile).flatMap(ProcessHandle::of) : Optional.empty();
  }

  private static Optional<Long> pid(Path pidFile) throws IOException {
    List<String> lines = Files.readAllLines(pidFile);
    try {
      return lines.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(lines.get(0).strip()));
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  /**
   * The working directory of a server is its data directory. If it cannot be read, only the name of
   * the program is checked.
   */
  private static boolean isServerOf(ProcessHandle process, Path postgresData) {
    return isPostgres(process) && worksIn(process, postgresData).orElse(true);
  }

  private static boolean isPostgres(ProcessHandle process) {
    return process.info().command().filter(command -> command.endsWith("/postgres")).isPresent();
  }

  /** Returns an empty result if the working directory of the process cannot be read. */
  private static Optional<Boolean> worksIn(ProcessHandle process, Path directory) {
    Path workingDirectory = Path.of("/proc", Long.toString(process.pid()), "cwd");
    try {
      return Files.exists(workingDirectory)
          ? Optional.of(Files.isSameFile(workingDirectory, directory))
          : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
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
