package dev.orrery.it.harness;

import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.ManagementPort;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Polls the readiness of schedulers and records all responses. */
public final class Kubelet implements AutoCloseable {
  private static final long EVERY_MILLIS = 200;

  private final Map<Stack, Readiness> all = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  public Kubelet() {
    var unused = thread.scheduleWithFixedDelay(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * The responses of a scheduler.
   *
   * @param answeredAt nanoseconds at its first response; 0 before
   * @param ready the latest readiness; false without a response
   * @param codes why it is not ready; empty if it is, or without a response
   * @param since nanoseconds since when this holds
   * @param becameReady number of changes to ready
   * @param ceased number of changes to not ready
   */
  public record Readiness(
      long answeredAt, boolean ready, String codes, long since, int becameReady, int ceased) {
    private static final Readiness NOTHING = new Readiness(0, false, "", 0, 0, 0);

    public boolean answers() {
      return answeredAt != 0;
    }

    /** Returns the time from its first response to its current state. */
    public Duration settledAfter() {
      return Duration.ofNanos(since - answeredAt);
    }

    private Readiness and(ManagementPort.Answer answer, long now) {
      boolean isReady = answer.status() == 200;
      String why = answer.codes();
      return new Readiness(
          answers() || answer.status() == 0 ? answeredAt : now,
          isReady,
          why,
          isReady == ready && why.equals(codes) && answers() ? since : now,
          becameReady + (isReady && !ready ? 1 : 0),
          ceased + (ready && !isReady ? 1 : 0));
    }
  }

  public void watch(Stack stack) {
    all.put(stack, Readiness.NOTHING);
  }

  public void forget(Stack stack) {
    all.remove(stack);
  }

  public Readiness of(Stack stack) {
    return all.get(stack);
  }

  /** Returns the schedulers that a load balancer would use, in no order. */
  public List<Stack> ready() {
    return all.entrySet().stream()
        .filter(one -> one.getValue().ready())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Waits for any response of a scheduler's probe. */
  public long awaitAnswer(Stack stack, Duration longest) {
    Await.until(
        stack.directory() + " answers",
        longest,
        () -> {
          stack.requireAlive();
          return of(stack).answers();
        });
    return of(stack).answeredAt();
  }

  private void look() {
    for (Stack stack : all.keySet()) {
      ManagementPort.Answer answer = stack.readiness();
      all.computeIfPresent(stack, (same, readiness) -> readiness.and(answer, System.nanoTime()));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
