package dev.orrery.bench.stack;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/** Creates many jobs of an app through the API, with a few concurrent calls. */
public final class JobWriter {
  private static final int MAX_CONCURRENT_CALLS = 4;

  private JobWriter() {}

  /**
   * Creates {@code job-0}, {@code job-1} and so on.
   *
   * @param document of the job with this number, JSON
   */
  public static void write(BenchApp app, int jobs, IntFunction<String> document) throws Exception {
    ExecutorService executor = Executors.newFixedThreadPool(MAX_CONCURRENT_CALLS);
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
