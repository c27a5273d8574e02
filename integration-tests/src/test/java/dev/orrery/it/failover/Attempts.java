package dev.orrery.it.failover;

import dev.orrery.worker.AttemptContext;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/** Every attempt as its worker received it: the document, the start and the end. */
final class Attempts {
  /** The duration of an attempt, in milliseconds. */
  static final String SLEEP = "sleep";

  private final Queue<Attempt> all = new ConcurrentLinkedQueue<>();

  /** An attempt, with the app of its worker and the parameters of its job and its instance. */
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

    /** Returns true if this attempt had ended when the other one started. */
    boolean endedBefore(Attempt other) {
      return ended && other != this && other.startedAt - endedAt > 0;
    }
  }

  /** Runs as a processor. */
  String run(String app, AttemptContext context) throws InterruptedException {
    Attempt attempt = new Attempt(app, context);
    all.add(attempt);
    TimeUnit.MILLISECONDS.sleep(Long.parseLong(context.parameters().getOrDefault(SLEEP, "0")));
    attempt.end();
    return null;
  }

  List<Attempt> all() {
    return List.copyOf(all);
  }
}
