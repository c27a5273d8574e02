package dev.orrery.it.failover;

import dev.orrery.worker.AttemptContext;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Every attempt as its worker got it: the document, and when it started and ended. */
final class Attempts {
  /** Milliseconds that an attempt lasts. */
  static final String SLEEP = "sleep";

  private final Queue<Attempt> all = new ConcurrentLinkedQueue<>();

  /** One attempt, with the app of its worker and the parameters of its job and its instance. */
  static final class Attempt {
    final long instance;
    final String app;
    final String job;
    final int version;
    final Map<String, String> parameters;
    final long startedAt = System.nanoTime();
    private volatile boolean ended;
    private volatile long endedAt;

    Attempt(String app, AttemptContext context) {
      this.app = app;
      this.instance = context.instance();
      this.job = context.job();
      this.version = context.jobVersion();
      this.parameters = Map.copyOf(context.parameters());
    }

    private void end() {
      endedAt = System.nanoTime();
      ended = true;
    }

    /** True if this one had ended when the other one started. */
    boolean endedBefore(Attempt other) {
      return ended && other != this && other.startedAt - endedAt > 0;
    }
  }

  /** A processor. */
  String run(String app, AttemptContext context) throws InterruptedException {
    Attempt attempt = new Attempt(app, context);
    all.add(attempt);
    TimeUnit.MILLISECONDS.sleep(Long.parseLong(context.parameters().getOrDefault(SLEEP, "0")));
    attempt.end();
    return null;
  }

  /** In the order of their starts. */
  List<Attempt> all() {
    return List.copyOf(all);
  }
}
