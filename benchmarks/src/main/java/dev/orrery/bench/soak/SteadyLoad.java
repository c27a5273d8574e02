package dev.orrery.bench.soak;

import dev.orrery.bench.BenchException;
import dev.orrery.bench.stack.BenchApp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Submits runs at a fixed rate with several clients, which catch up after slow responses. */
public final class SteadyLoad implements AutoCloseable {
  private static final int CLIENTS = 2;
  private static final int CALLS_PER_SECOND = 10;

  private final ScheduledExecutorService executor = new ScheduledThreadPoolExecutor(CLIENTS);
  private final List<ScheduledFuture<?>> calls = new ArrayList<>();
  private final AtomicLong submitted = new AtomicLong();

  private SteadyLoad() {}

  public static SteadyLoad start(BenchApp app, String job, int perSecond) {
    int runs = Math.max(1, perSecond / CLIENTS / CALLS_PER_SECOND);
    String run = "{\"job\":\"" + job + "\"}";
    String body = "{\"instances\":[" + String.join(",", Collections.nCopies(runs, run)) + "]}";
    SteadyLoad clients = new SteadyLoad();
    for (int i = 0; i < CLIENTS; i++) {
      long period = 1_000_000 / CALLS_PER_SECOND;
      clients.calls.add(
          clients.executor.scheduleAtFixedRate(
              () -> clients.submit(app, body),
              i * period / CLIENTS,
              period,
              TimeUnit.MICROSECONDS));
    }
    return clients;
  }

  private void submit(BenchApp app, String body) {
    try {
      submitted.addAndGet(BenchApp.ids(app.submit(body)).size());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** The number of acknowledged runs. */
  public long submitted() {
    return submitted.get();
  }

  /**
   * @throws BenchException if a client has failed and submits no more
   */
  public void requireWell() throws InterruptedException {
    for (ScheduledFuture<?> call : calls) {
      if (call.isDone()) {
        try {
          call.get();
        } catch (ExecutionException e) {
          throw new BenchException("Client failed: " + e.getCause().getMessage(), e);
        }
      }
    }
  }

  /** Stops submitting, and waits for calls in flight. */
  public void stop() throws InterruptedException {
    requireWell();
    executor.shutdown();
    if (!executor.awaitTermination(2, TimeUnit.MINUTES)) {
      throw new BenchException("A call got no response for two minutes");
    }
  }

  @Override
  public void close() {
    executor.shutdownNow();
  }
}
