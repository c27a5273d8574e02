package dev.orrery.bench.backlog;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.stack.BenchApp;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Keeps a number of runs waiting while they are claimed, by submitting as fast as they start. This
 * process computes the number as submitted minus started runs.
 */
final class TopUp implements AutoCloseable {
  private static final int CLIENTS = 4;
  private static final int BATCH = 250;
  private static final long POLL_INTERVAL_NANOS = 500_000;

  private final AtomicLong room;
  private final ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean seenStarts;
  private volatile boolean ended;

  /**
   * @param body of a call that submits {@value #BATCH} runs
   */
  private TopUp(BenchApp app, String body) {
    room = new AtomicLong();
    for (int i = 0; i < CLIENTS; i++) {
      running.add(
          clients.submit(
              () -> {
                submit(app, body);
                return null;
              }));
    }
  }

  static TopUp start(BenchApp app, String job) {
    return new TopUp(app, "{\"instances\":[{\"job\":\"" + job + "\",\"count\":" + BATCH + "}]}");
  }

  /** Counts a started run, which must be replaced. */
  void started() {
    room.incrementAndGet();
    seenStarts = true;
  }

  boolean hasSeenStarts() {
    return seenStarts;
  }

  private void submit(BenchApp app, String body) throws InterruptedException {
    while (!ended) {
      if (room.addAndGet(-BATCH) >= 0) {
        app.submit(body);
      } else {
        room.addAndGet(BATCH);
        LockSupport.parkNanos(POLL_INTERVAL_NANOS);
      }
    }
  }

  /**
   * Waits for the calls in flight.
   *
   * @throws BenchException if one has failed
   */
  @Override
  public void close() {
    ended = true;
    try {
      for (Future<?> client : running) {
        client.get();
      }
    } catch (ExecutionException e) {
      throw new BenchException("Submission failed: " + e.getCause().getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      clients.shutdownNow();
    }
  }
}
