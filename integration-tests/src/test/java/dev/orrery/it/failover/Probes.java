package dev.orrery.it.failover;

import dev.orrery.it.harness.Stack;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Polls the probes of both replicas ten times a second. */
final class Probes implements AutoCloseable {
  private static final long EVERY_MILLIS = 100;

  private final List<Stack> replicas;
  private final List<List<Change>> changes = new ArrayList<>();
  private final AtomicInteger dead = new AtomicInteger();
  private final ScheduledExecutorService clock;

  /**
   * A changed response.
   *
   * @param codes why it is not ready; empty if it is
   * @param at nanoseconds
   */
  record Change(boolean ready, String codes, long at) {}

  Probes(List<Stack> replicas) {
    this.replicas = replicas;
    this.clock = Executors.newScheduledThreadPool(replicas.size());
    for (int i = 0; i < replicas.size(); i++) {
      int replica = i;
      changes.add(new CopyOnWriteArrayList<>());
      var unused =
          clock.scheduleWithFixedDelay(() -> ask(replica), 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void ask(int replica) {
    Stack stack = replicas.get(replica);
    String codes = stack.readinessCodes();
    boolean ready = codes.isEmpty();
    if (!stack.isLive()) {
      dead.incrementAndGet();
    }
    List<Change> seen = changes.get(replica);
    Change last = seen.isEmpty() ? null : seen.get(seen.size() - 1);
    if (last == null || last.ready() != ready || !last.codes().equals(codes)) {
      seen.add(new Change(ready, codes, System.nanoTime()));
    }
  }

  /** The number of responses of the liveness probe with another status than 200. */
  int dead() {
    return dead.get();
  }

  boolean isReady(int replica) {
    List<Change> seen = changes.get(replica);
    return !seen.isEmpty() && seen.get(seen.size() - 1).ready();
  }

  /** The time of the last change, in nanoseconds. */
  long lastChange(int replica) {
    List<Change> seen = changes.get(replica);
    return seen.get(seen.size() - 1).at();
  }

  boolean wasUnready(int replica, long since) {
    return changes.get(replica).stream().anyMatch(one -> !one.ready() && one.at() - since > 0);
  }

  /** Returns true if a replica reported this code in this time. */
  boolean had(int replica, String code, long since, long until) {
    return changes.get(replica).stream()
        .anyMatch(
            one -> one.codes().contains(code) && one.at() - since > 0 && one.at() - until < 0);
  }

  /** Describes the changes after a time, with the seconds since then. */
  String since(int replica, long from) {
    String text =
        changes.get(replica).stream()
            .filter(one -> one.at() - from > 0)
            .map(
                one ->
                    String.format(
                        Locale.ROOT,
                        "%s at %.1f s",
                        one.ready() ? "200" : "503 " + one.codes(),
                        (one.at() - from) / 1e9))
            .collect(Collectors.joining(", "));
    return text.isEmpty() ? "200" : text;
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }
}
