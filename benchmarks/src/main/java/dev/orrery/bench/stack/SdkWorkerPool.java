package dev.orrery.bench.stack;

import dev.orrery.bench.BenchException;
import dev.orrery.testing.program.Await;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.Processor;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.WorkerStatus.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.logging.Level;
import java.util.logging.Logger;

/** A group of SDK workers that run in this process. */
public final class SdkWorkerPool implements AutoCloseable {
  private static final Logger SDK = Logger.getLogger("dev.orrery.worker");
  private static final int AT_ONCE = 20;

  private final List<OrreryWorker> workers = new ArrayList<>();

  private SdkWorkerPool() {}

  /**
   * Connects the workers, and returns when all have an agreement.
   *
   * @param capacity of each worker
   * @param processor for jobs with {@code noop}
   */
  public static SdkWorkerPool connect(
      BenchStack stack, BenchApp app, int sessions, int capacity, Processor processor)
      throws InterruptedException {
    SdkWorkerPool started = new SdkWorkerPool();
    for (int i = 0; i < sessions; i++) {
      started.workers.add(
          WorkerSettings.of(app.name(), app.workerToken())
              .server(stack.workerUrl())
              .name("sdk-" + i)
              .capacity(capacity)
              .drainTimeout(Duration.ofSeconds(5))
              .processor("noop", processor)
              .start());
    }
    Await.untilOrFailure(
        "all sessions have agreed",
        Duration.ofMinutes(1),
        Duration.ofMillis(50),
        started::haveAllAgreed);
    return started;
  }

  private boolean haveAllAgreed() {
    return workers.stream().allMatch(worker -> worker.status().phase() == Phase.AGREED);
  }

  /**
   * Must be called after each measurement with these workers.
   *
   * @throws BenchException if one of them has lost its session
   */
  public void requireAgreed() {
    if (!haveAllAgreed()) {
      throw new BenchException("Some of " + workers.size() + " sessions have ended");
    }
  }

  public int count() {
    return workers.size();
  }

  /** Ends all sessions. */
  @Override
  public void close() {
    // Polls that are parked meanwhile are answered that the session has ended, which is logged.
    SDK.setLevel(Level.SEVERE);
    ExecutorService executor = Executors.newFixedThreadPool(AT_ONCE);
    try {
      executor.invokeAll(workers.stream().map(SdkWorkerPool::closing).toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      executor.shutdownNow();
      SDK.setLevel(null);
    }
  }

  private static Callable<Void> closing(OrreryWorker worker) {
    return () -> {
      worker.close();
      return null;
    };
  }
}
