package dev.orrery.bench.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Writes many jobs of an app through the API, a few calls at a time. */
public final class JobWriter {
  private static final int CALLS_AT_ONCE = 4;

  private JobWriter() {}

  /**
   * Writes {@code job-0}, {@code job-1} and so on.
   *
   * @param document of the job of this number, JSON
   */
  public static void write(BenchApp app, int jobs, IntFunction<String> document) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(CALLS_AT_ONCE);
    try {
      List<Callable<Void>> calls = new ArrayList<>();
      for (int i = 0; i < jobs; i++) {
        int number = i;
        calls.add(
            () -> {
              app.putJob("job-" + number, document.apply(number));
              return null;
            });
      }
      for (Future<Void> call : executor.invokeAll(calls)) {
        call.get();
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    } finally {
      executor.shutdownNow();
    }
  }
}
