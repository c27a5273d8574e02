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

/** Polls the readiness of schedulers and keeps all of their answers. */
public final class Kubelet implements AutoCloseable {
  private static final long EVERY_MILLIS = 200;

  private final Map<Stack, Heard> all = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  public Kubelet() {
    var unused = thread.scheduleWithFixedDelay(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * Answers of a scheduler.
   *
   * @param answeredAt nanoseconds at its first answer of all; 0 before
   * @param ready what it said last; false if nothing answered
   * @param codes why it is not ready, as it said last; empty if it is, or if nothing answered
   * @param since nanoseconds since when it has said that
   * @param becameReady how often it was ready after it was not
   * @param ceased how often it was not ready after it was
   */
  public record Heard(
      long answeredAt, boolean ready, String codes, long since, int becameReady, int ceased) {
    private static final Heard NOTHING = new Heard(0, false, "", 0, 0, 0);

    public boolean answers() {
      return answeredAt != 0;
    }

    /** From its first answer to what it says now. */
    public Duration settledAfter() {
      return Duration.ofNanos(since - answeredAt);
    }

    private Heard and(ManagementPort.Answer answer, long now) {
      boolean isReady = answer.status() == 200;
      String why = answer.codes();
      return new Heard(
          answers() || answer.status() == 0 ? answeredAt : now,
          isReady,
          why,
          isReady == ready && why.equals(codes) && answers() ? since : now,
          becameReady + (isReady && !ready ? 1 : 0),
          ceased + (ready && !isReady ? 1 : 0));
    }
  }

  public void watch(Stack stack) {
    all.put(stack, Heard.NOTHING);
  }

  public void forget(Stack stack) {
    all.remove(stack);
  }

  public Heard of(Stack stack) {
    return all.get(stack);
  }

  /** Those to which a load balancer would send calls; in no order. */
  public List<Stack> ready() {
    return all.entrySet().stream()
        .filter(one -> one.getValue().ready())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** Waits until a scheduler's probe answers, whatever it says. */
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
      all.computeIfPresent(stack, (same, heard) -> heard.and(answer, System.nanoTime()));
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
