package dev.orrery.it;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Stack;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Measures how soon a worker starts runs and receives cancels. The worker has capacity 1, and the
 * jobs {@code quick} and {@code long}.
 */
final class CancelLatency {
  private static final int RUNS = 9;
  private static final int CANCELS = 3;

  private CancelLatency() {}

  /**
   * Measures from the submission to the start, both by the database's clock.
   *
   * @param how description for the output
   */
  static long medianStartMillis(Stack stack, String how) {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < RUNS; i++) {
      String id = stack.api().run(Stack.APP, "quick");
      stack.api().awaitState(id, "SUCCEEDED", Duration.ofSeconds(5));
      JsonNode run = stack.api().instance(id);
      delays.add(
          Duration.between(
                  Instant.parse(run.get("dueAt").asText()),
                  Instant.parse(run.get("startedAt").asText()))
              .toMillis());
    }
    System.out.println(how + ": from submission to start, ms: " + delays);
    return median(delays);
  }

  /** Measures cancels while the worker is full, so that it polls with free 0. */
  static long medianCancelMillisAtFullCapacity(Stack stack) {
    List<Long> delays = new ArrayList<>();
    for (int i = 0; i < CANCELS; i++) {
      String id = stack.api().run(Stack.APP, "long");
      stack.api().awaitState(id, "RUNNING", Duration.ofSeconds(5));
      long begun = System.nanoTime();
      stack.api().cancel(id);
      stack.api().awaitState(id, "CANCELED", Duration.ofSeconds(8));
      delays.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
    }
    return median(delays);
  }

  private static long median(List<Long> millis) {
    return millis.stream().sorted().skip(millis.size() / 2).findFirst().orElseThrow();
  }
}
