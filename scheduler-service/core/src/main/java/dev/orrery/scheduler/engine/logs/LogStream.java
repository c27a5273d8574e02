package dev.orrery.scheduler.engine.logs;

import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.logs.FollowStore.FollowedLog;
import dev.orrery.scheduler.engine.logs.FollowStore.News;
import dev.orrery.scheduler.engine.logs.LogStreamState.EndEvent;
import dev.orrery.scheduler.engine.logs.LogStreamState.Event;
import dev.orrery.scheduler.engine.logs.LogStreamState.LineEvent;
import dev.orrery.scheduler.http.security.WatchedCall;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A client that follows a log. Holds at most one page of lines, and reads the next page after the
 * network has accepted the last line, so a slow client costs neither memory nor statements.
 * Thread-safe. {@link LogStreamState} makes all decisions.
 */
final class LogStream implements Flow.Subscription {
  private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();

  private final LogStreamRegistry registry;
  private final QuotaPermit place;
  private final Flow.Subscriber<? super OutboundSseEvent> subscriber;
  private final LogEventWriter writer;
  private final Ticker ticker;
  private final long instance;
  private final long openedAt;
  private final LogStreamState state;
  private long lastEventAt;

  /** Null until the stream is open. */
  private WatchedCall caller;

  /** Calls of {@link #drain} that are not yet processed. */
  private final AtomicInteger drainCalls = new AtomicInteger();

  LogStream(
      LogStreamRegistry registry,
      QuotaPermit place,
      Flow.Subscriber<? super OutboundSseEvent> subscriber,
      LogEventWriter writer,
      Ticker ticker,
      FollowedLog from) {
    this.registry = registry;
    this.place = place;
    this.subscriber = subscriber;
    this.writer = writer;
    this.ticker = ticker;
    this.instance = from.instance();
    this.state = new LogStreamState(from);
    this.openedAt = ticker.nanos();
    this.lastEventAt = openedAt;
  }

  /** Sets the watch of the caller, which is closed with the stream. */
  void watchedBy(WatchedCall watched) {
    synchronized (this) {
      if (state.phase() != LogStreamState.Phase.CLOSED) {
        caller = watched;
        return;
      }
    }
    watched.close();
  }

  QuotaPermit place() {
    return place;
  }

  long instance() {
    return instance;
  }

  Duration age() {
    return Duration.ofNanos(ticker.nanos() - openedAt);
  }

  @Override
  public void request(long events) {
    synchronized (this) {
      state.onRequest(events);
    }
    drain();
  }

  @Override
  public void cancel() {
    close();
  }

  void onLinesWritten() {
    synchronized (this) {
      state.onLinesWritten();
    }
    drain();
  }

  void onTick() {
    synchronized (this) {
      state.onTick();
    }
    drain();
  }

  /** Returns the position for a query of changes; empty while there are lines to write or read. */
  synchronized Optional<FollowedLog> queryPosition() {
    return state.queryPosition();
  }

  void onNews(FollowedLog asked, News news) {
    synchronized (this) {
      state.onNews(asked, news);
    }
    drain();
  }

  /** Ends the stream without the end event, so that the client connects again. */
  void disconnect() {
    if (close()) {
      subscriber.onComplete();
    }
  }

  /**
   * Sends events one at a time, whatever thread calls it; then ends the stream or starts a read.
   */
  private void drain() {
    if (drainCalls.getAndIncrement() != 0) {
      return;
    }
    int served = 1;
    do {
      Optional<Event> event = takeEvent();
      while (event.isPresent()) {
        subscriber.onNext(written(event.get()));
        event = takeEvent();
      }
      if (isEndWritten()) {
        disconnect();
      } else if (startReading()) {
        registry.read(this);
      }
      served = drainCalls.addAndGet(-served);
    } while (served != 0);
  }

  private synchronized Optional<Event> takeEvent() {
    long now = ticker.nanos();
    Optional<Event> event = state.takeEvent(now - lastEventAt >= HEARTBEAT_NANOS);
    if (event.isPresent()) {
      lastEventAt = now;
    }
    return event;
  }

  private OutboundSseEvent written(Event event) {
    if (event instanceof LineEvent line) {
      return writer.line(line.line());
    }
    return event instanceof EndEvent end ? writer.end(end.state()) : writer.heartbeat();
  }

  private synchronized boolean isEndWritten() {
    return state.isEndWritten();
  }

  private synchronized boolean startReading() {
    return state.startReading();
  }

  /** Reads the next page; blocks. A failed read is repeated after the next tick. */
  void readPage(LogStore store, FollowStore followStore) {
    boolean read = false;
    try {
      FollowedLog from;
      Optional<LogProgress> known;
      synchronized (this) {
        from = state.readPosition();
        known = state.progress();
      }
      LogProgress before =
          known.orElseGet(() -> followStore.query(List.of(from)).get(0).progress());
      List<LogLine> lines =
          store.read(instance, from.onlyAttempt(), from.cursor(), LogLimits.STREAM_PAGE);
      synchronized (this) {
        state.onPageRead(before, lines);
      }
      read = true;
    } finally {
      if (!read) {
        synchronized (this) {
          state.onReadFailed();
        }
      }
      drain();
    }
  }

  private boolean close() {
    WatchedCall watched;
    synchronized (this) {
      if (!state.close()) {
        return false;
      }
      watched = caller;
    }
    if (watched != null) {
      watched.close();
    }
    registry.onClosed(this);
    return true;
  }
}
