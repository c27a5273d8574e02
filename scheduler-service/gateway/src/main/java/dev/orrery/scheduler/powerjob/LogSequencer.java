package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsRequest.Line;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.scheduler.base.lifecycle.ProgressWatch;
import dev.orrery.scheduler.base.lifecycle.StallScope;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.base.time.TimerThread;
import dev.orrery.scheduler.engine.logs.LogIntake;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.powerjob.HeldBlocks.Block;
import dev.orrery.scheduler.powerjob.HeldBlocks.TimedLine;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Stores the log lines of PowerJob workers in the order of the worker's clock. A worker sends 20
 * lines in a message, and several messages at once over several connections, so they may arrive in
 * another order. Therefore the lines of an attempt are held back for a moment.
 */
@Singleton
class LogSequencer {
  /** The lines of all apps that are held, and those of one. A flush of a worker is far less. */
  static final long HELD_BYTES = 32L * 1024 * 1024;

  static final long MAX_HELD_BYTES_PER_APP = 8L * 1024 * 1024;

  private static final long STOP_SECONDS = 5;

  private final LogIntake logs;
  private final InstantSource clock;
  private final Ticker ticker;
  private final AppQuota bytes;

  /** Owns what is held. */
  private final ScheduledThreadPoolExecutor thread = TimerThread.named("orrery-powerjob-logs");

  private final Executor later =
      CompletableFuture.delayedExecutor(
          PowerJobLimits.LOG_HOLD_TIME.toMillis(), TimeUnit.MILLISECONDS, thread);
  private final Map<Source, HeldBlocks> held = new HashMap<>();
  private boolean stopped;

  LogSequencer(
      LogIntake logs,
      InstantSource clock,
      Ticker ticker,
      ProgressWatch watch,
      QuotaMetrics quotas) {
    this.logs = logs;
    this.clock = clock;
    this.ticker = ticker;
    this.bytes =
        quotas.watch("powerjob_log_bytes", new AppQuota(HELD_BYTES, MAX_HELD_BYTES_PER_APP));
    // What waits in its queue when it is shut down has no delay.
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(true);
    watch.watch(
        "powerjob_logs",
        StallScope.OWN,
        PowerJobLimits.MAX_TURN,
        () -> !thread.getQueue().isEmpty(),
        thread::getCompletedTaskCount);
  }

  /** The attempt that wrote lines, with the session of its worker. */
  record Source(Caller caller, UUID session, AttemptRef attempt) {}

  /**
   * Stores the lines of one message, in their order.
   *
   * @param isRest see {@link dev.orrery.powerjob.LogReport#isRest}
   * @param arrivedNanos when the message arrived
   */
  void add(Source source, List<TimedLine> lines, boolean isRest, long arrivedNanos) {
    Optional<QuotaPermit> place = bytes.hold(source.caller().shareApp(), weight(lines));
    if (place.isEmpty() || !hold(source, new Block(lines, isRest, arrivedNanos, place.get()))) {
      // Lines in another order are better than none.
      place.ifPresent(QuotaPermit::release);
      store(source, lines);
    }
  }

  private static long weight(List<TimedLine> lines) {
    return lines.stream().mapToLong(line -> Line.weight(line.stream(), line.text())).sum();
  }

  /** Returns false if nothing is held any more. */
  private boolean hold(Source source, Block block) {
    try {
      thread.execute(() -> add(source, block));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void add(Source source, Block block) {
    if (stopped) {
      storeBlocks(source, List.of(block));
      return;
    }
    HeldBlocks blocks = held.get(source);
    if (blocks == null) {
      blocks = new HeldBlocks();
      held.put(source, blocks);
      later.execute(() -> release(source));
    }
    blocks.add(block);
  }

  private void release(Source source) {
    if (stopped) {
      return;
    }
    HeldBlocks blocks = held.get(source);
    List<Block> released = blocks.release(ticker.nanos());
    if (blocks.isEmpty()) {
      held.remove(source);
    } else {
      later.execute(() -> release(source));
    }
    storeBlocks(source, released);
  }

  /** Stores all lines that are held; from now on, none is held. */
  void stop() throws InterruptedException {
    thread.execute(
        () -> {
          stopped = true;
          held.forEach((source, blocks) -> storeBlocks(source, blocks.releaseAll()));
        });
    thread.shutdown();
    if (!thread.awaitTermination(STOP_SECONDS, TimeUnit.SECONDS)) {
      thread.shutdownNow();
    }
  }

  private void storeBlocks(Source source, List<Block> released) {
    if (!released.isEmpty()) {
      store(source, HeldBlocks.lines(released));
      released.forEach(block -> block.place().release());
    }
  }

  private void store(Source source, List<TimedLine> lines) {
    long now = clock.instant().toEpochMilli();
    List<Line> aged =
        lines.stream()
            .map(line -> new Line(Math.max(0, now - line.time()), line.stream(), line.text()))
            .toList();
    List<Chunk> chunks = new ArrayList<>();
    for (int from = 0; from < aged.size(); from += MessageLimits.MAX_LOG_CHUNK_LINES) {
      chunks.add(
          new Chunk(
              source.attempt().instance(),
              source.attempt().attempt(),
              0,
              aged.subList(from, Math.min(aged.size(), from + MessageLimits.MAX_LOG_CHUNK_LINES))));
    }
    var unused = logs.append(source.caller(), new LogsRequest(source.session().toString(), chunks));
  }
}
