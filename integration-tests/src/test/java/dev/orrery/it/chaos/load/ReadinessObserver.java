package dev.orrery.it.chaos.load;

import dev.orrery.it.chaos.check.Facts.Ready;
import dev.orrery.it.chaos.world.ClusterNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Polls the readiness of each replica continuously, bypassing all proxies. */
public final class ReadinessObserver implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(200);

  /** A paused process does not respond, and its last response does not hold during the pause. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Queue<Ready> all = new ConcurrentLinkedQueue<>();
  private final List<Thread> threads;
  private volatile boolean closed;

  public ReadinessObserver(List<ClusterNode> replicas) {
    threads = replicas.stream().map(this::start).toList();
  }

  private Thread start(ClusterNode replica) {
    Thread thread = new Thread(() -> run(replica), "ready-" + replica.name());
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void run(ClusterNode replica) {
    Instant since = null;
    Instant last = null;
    while (!closed) {
      boolean ready = isReady(replica);
      Instant now = Instant.now();
      boolean goesOn = last != null && now.isBefore(last.plus(PATIENCE));
      if (since != null && !(ready && goesOn)) {
        all.add(new Ready(replica.name(), since, last));
        since = null;
      }
      if (ready) {
        since = since == null ? now : since;
        last = now;
      }
      rest();
    }
    if (since != null) {
      all.add(new Ready(replica.name(), since, last));
    }
  }

  private static boolean isReady(ClusterNode replica) {
    try {
      return replica.isReady(PATIENCE);
    } catch (IOException e) {
      return false;
    }
  }

  private static void rest() {
    try {
      Thread.sleep(EVERY.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Ends the observation, and returns the times of uninterrupted readiness. */
  public List<Ready> ready() throws InterruptedException {
    close();
    for (Thread thread : threads) {
      thread.join();
    }
    return List.copyOf(all);
  }

  @Override
  public void close() {
    closed = true;
  }
}
