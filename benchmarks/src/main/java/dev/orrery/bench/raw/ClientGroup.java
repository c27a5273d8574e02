package dev.orrery.bench.raw;

import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs work on four concurrent clients, each with its own connection and in batches of fifty. */
final class ClientGroup {
  static final int COUNT = 4;
  static final int BATCH = 50;

  private ClientGroup() {}

  /** The work of one client; returns how many instances it completed. */
  @FunctionalInterface
  interface Work {
    long run(Connection connection) throws Exception;
  }

  /** Runs all clients to their end, and returns the total number of completed instances. */
  static long run(EngineConnectionFactory connections, Work work) throws Exception {
    List<Connection> open = new ArrayList<>();
    ExecutorService clients = Executors.newFixedThreadPool(COUNT);
    try {
      for (int i = 0; i < COUNT; i++) {
        open.add(connections.open());
      }
      List<Future<Long>> completed =
          clients.invokeAll(open.stream().map(c -> callable(work, c)).toList());
      long sum = 0;
      for (Future<Long> result : completed) {
        sum += result.get();
      }
      return sum;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      clients.shutdownNow();
      for (Connection connection : open) {
        connection.close();
      }
    }
  }

  private static Callable<Long> callable(Work work, Connection connection) {
    return () -> work.run(connection);
  }
}
