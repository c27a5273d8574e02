package dev.orrery.bench.consoles;

import dev.orrery.bench.stack.ConsoleSession;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Makes the calls of a browser that shows the console's overview. Like the page, it repeats a read
 * some time after the previous response.
 */
final class OpenConsole {
  /** The page's delay after a temporary failure. */
  private static final long RETRY_MILLIS = 1_000;

  private final ConsoleSession session;
  private final String app;
  private final ScheduledExecutorService clock;
  private final CallTimes times;
  private volatile boolean closed;

  /**
   * @param times records the time of each call
   */
  OpenConsole(ConsoleSession session, String app, ScheduledExecutorService clock, CallTimes times) {
    this.session = session;
    this.app = app;
    this.clock = clock;
    this.times = times;
  }

  /**
   * Starts the reads, each at a different point of its period.
   *
   * @param phase from 0 to 1, exclusive: the share of a read's period before its first call. Evenly
   *     spread phases spread the calls evenly.
   */
  void open(List<OverviewRead> reads, double phase) {
    for (int i = 0; i < reads.size(); i++) {
      OverviewRead read = reads.get(i);
      if (session.isAdmin() || !read.onlyAdmin()) {
        double shifted = (phase + (double) i / reads.size()) % 1;
        plan(read, (long) (shifted * read.every().toMillis()));
      }
    }
  }

  private void plan(OverviewRead read, long millis) {
    if (!closed) {
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS, clock)
          .execute(() -> call(read, 0));
    }
  }

  private void call(OverviewRead read, int index) {
    if (closed) {
      return;
    }
    if (index == read.calls().size()) {
      plan(read, read.every().toMillis());
      return;
    }
    String path = OverviewRead.path(read.calls().get(index), app, Instant.now());
    long begun = System.nanoTime();
    var unused =
        session
            .get(path)
            .whenComplete(
                (bytes, failure) -> {
                  if (failure == null && bytes < 0) {
                    times.refuse();
                    plan(read, RETRY_MILLIS);
                  } else if (failure == null) {
                    times.add(System.nanoTime() - begun, bytes);
                    call(read, index + 1);
                  } else if (!closed) {
                    times.fail(
                        failure instanceof CompletionException ? failure.getCause() : failure);
                  }
                });
  }

  void close() {
    closed = true;
  }
}
