package dev.orrery.it.harness;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Submits runs in sequence, at a steady rate, to the ready schedulers and the jobs in turn. Repeats
 * a submission under the same key if its connection was cut.
 */
public final class Submitting implements AutoCloseable {
  private final Kubelet kubelet;
  private final List<String> jobs;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();
  private final Map<String, String> idsByKey = new ConcurrentHashMap<>();
  private final Queue<String> errors = new ConcurrentLinkedQueue<>();
  private final Set<Stack> dying = ConcurrentHashMap.newKeySet();
  private final AtomicInteger cut = new AtomicInteger();
  private volatile long newest;
  private int number;
  private int turn;

  /**
   * @param most the maximum number of runs
   */
  public Submitting(Kubelet kubelet, List<String> jobs, Duration every, int most) {
    this.kubelet = kubelet;
    this.jobs = List.copyOf(jobs);
    var unused =
        thread.scheduleAtFixedRate(
            () -> {
              if (number < most) {
                submit();
              }
            },
            0,
            every.toNanos(),
            TimeUnit.NANOSECONDS);
  }

  /** Tolerates that this scheduler cuts connections, or is unreachable, from now on. */
  public void expectDeathOf(Stack stack) {
    dying.add(stack);
  }

  /** Returns the acknowledged runs by the key of the call. */
  public Map<String, String> acknowledged() {
    return Map.copyOf(idsByKey);
  }

  /** Returns the id of the latest acknowledged run; later ones have higher ids. */
  public long newest() {
    return newest;
  }

  /** Returns unacknowledged calls, except those that {@link #cut} counts. */
  public List<String> errors() {
    return List.copyOf(errors);
  }

  /** Returns the number of repeated calls to a dying scheduler. */
  public int cut() {
    return cut.get();
  }

  /** Stops after the current call. */
  public void stop() {
    thread.shutdown();
    try {
      if (!thread.awaitTermination(60, TimeUnit.SECONDS)) {
        throw new AssertionError("A submission does not end");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  private void submit() {
    String key = "run-" + ++number;
    String job = jobs.get(number % jobs.size());
    while (!thread.isShutdown()) {
      List<Stack> ready = kubelet.ready();
      if (ready.isEmpty()) {
        errors.add(key + ": no scheduler is ready");
        return;
      }
      Stack stack = ready.get(++turn % ready.size());
      try {
        answered(key, stack, call(stack, key, job));
        return;
      } catch (IOException | RuntimeException e) {
        if (!dying.contains(stack)) {
          errors.add(key + " to " + stack.directory().getFileName() + ": " + e);
          return;
        }
        cut.incrementAndGet();
      }
    }
  }

  private static Api.Answer call(Stack stack, String key, String job) throws IOException {
    String path = "/apps/" + Stack.APP + "/jobs/" + job + "/instances";
    return stack.api().callOnce(key, "POST", path, "{}");
  }

  private void answered(String key, Stack stack, Api.Answer answer) {
    if (answer.status() == 202) {
      String id = answer.body().get("id").asText();
      idsByKey.put(key, id);
      newest = Long.parseLong(id);
    } else {
      errors.add(key + " to " + stack.directory().getFileName() + ": " + answer);
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
