package dev.orrery.scheduler.http.connection;

import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.http.connection.ConnectionMetrics.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.Future;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Tracks the bytes of one connection that the network has not accepted, and the bytes of requests
 * that wait for a response. Counts them in {@link ResponseMemory}, and closes the connection if
 * they do not fit, or if the peer does not read for too long. Confined to the event loop of the
 * connection.
 */
final class UnreadBytes {
  private static final Duration CHECK_INTERVAL = Duration.ofSeconds(1);

  private final Channel connection;
  private final ResponseMemory memory;
  private final Duration longestStall;
  private final Consumer<Reason> close;
  private int app;
  private Optional<QuotaPermit> place = Optional.empty();
  private long counted;
  private long held;
  private long written;
  private long lastTaken;
  private Duration stalled = Duration.ZERO;
  private Future<?> nextCheck;

  /**
   * @param app whose share the bytes use
   * @param close closes the connection
   */
  UnreadBytes(
      Channel connection,
      ResponseMemory memory,
      Duration longestStall,
      int app,
      Consumer<Reason> close) {
    this.connection = connection;
    this.memory = memory;
    this.longestStall = longestStall;
    this.app = app;
    this.close = close;
  }

  /** Counts bytes from now on towards the share of this app. */
  void useShareOf(int caller) {
    if (caller != app) {
      release();
      app = caller;
    }
  }

  void onWrite(Object message) {
    written += message instanceof ByteBuf part ? part.readableBytes() : 0;
  }

  /**
   * @param bytes of further requests that wait now
   */
  void onHeld(long bytes) {
    if (bytes != held) {
      held = bytes;
      if (!count(pending(connection.unsafe().outboundBuffer()))) {
        close.accept(Reason.UNREAD);
      }
    }
  }

  void onFlushed() {
    ChannelOutboundBuffer buffer = connection.unsafe().outboundBuffer();
    long pending = pending(buffer);
    if (pending + held != counted && !count(pending)) {
      close.accept(Reason.UNREAD);
    } else if (pending > 0 && nextCheck == null) {
      stalled = Duration.ZERO;
      lastTaken = taken(buffer);
      checkLater();
    }
  }

  private void checkLater() {
    nextCheck =
        connection
            .eventLoop()
            .schedule(this::checkProgress, CHECK_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void checkProgress() {
    nextCheck = null;
    ChannelOutboundBuffer buffer = connection.unsafe().outboundBuffer();
    long pending = pending(buffer);
    if (!count(pending)) {
      close.accept(Reason.UNREAD);
    } else if (pending > 0) {
      long taken = taken(buffer);
      stalled = taken > lastTaken ? Duration.ZERO : stalled.plus(CHECK_INTERVAL);
      lastTaken = taken;
      if (stalled.compareTo(longestStall) >= 0) {
        close.accept(Reason.STALLED);
      } else {
        checkLater();
      }
    }
  }

  /** Returns the bytes that the network has accepted, without the overhead of TLS and Netty. */
  private long taken(ChannelOutboundBuffer buffer) {
    return written - buffer.totalPendingWriteBytes() + buffer.currentProgress();
  }

  private static long pending(ChannelOutboundBuffer buffer) {
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  /** Returns false if the bytes exceed the share of the app. */
  private boolean count(long pending) {
    release();
    long bytes = pending + held;
    if (bytes > 0) {
      place = memory.hold(app, bytes);
      counted = place.isPresent() ? bytes : 0;
    }
    return bytes == 0 || place.isPresent();
  }

  private void release() {
    place.ifPresent(QuotaPermit::release);
    place = Optional.empty();
    counted = 0;
  }

  /** Must be called when the connection is closed. */
  void end() {
    if (nextCheck != null) {
      nextCheck.cancel(false);
    }
    release();
  }
}
