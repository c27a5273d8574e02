package dev.orrery.scheduler.logs;

import dev.orrery.scheduler.logs.FollowStore.News;
import dev.orrery.scheduler.logs.FollowStore.Place;
import dev.orrery.scheduler.time.Ticker;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One who follows a log. Holds one page of lines at most and reads the next when that has been
 * written to the network, so a slow reader costs neither memory nor statements.
 */
final class LogStream implements Flow.Subscription {
  private static final long HEARTBEAT_NANOS = Duration.ofSeconds(15).toNanos();

  private static final LogStore.Limit PAGE = new LogStore.Limit(100, 128 * 1024);

  private final LogStreamRegistry followers;
  private final Flow.Subscriber<? super OutboundSseEvent> subscriber;
  private final LogEventWriter events;
  private final Ticker ticker;
  private final long instance;
  private final Integer onlyAttempt;
  private final long begunAt;
  private final AtomicInteger draining = new AtomicInteger();

  private final Queue<LogLine> page = new ArrayDeque<>();
  private LogCursor cursor;
  private LogProgress followed;
  private long demand;
  private long lastEventAt;
  private boolean mayHaveMore = true;
  private boolean reading;
  private boolean resting;
  private boolean complete;
  private boolean endSent;
  private boolean closed;

  LogStream(
      LogStreamRegistry followers,
      Flow.Subscriber<? super OutboundSseEvent> subscriber,
      LogEventWriter events,
      Ticker ticker,
      Place from) {
    this.followers = followers;
    this.subscriber = subscriber;
    this.events = events;
    this.ticker = ticker;
    this.instance = from.instance();
    this.onlyAttempt = from.onlyAttempt();
    this.cursor = from.cursor();
    this.begunAt = ticker.nanos();
    this.lastEventAt = begunAt;
  }

  long instance() {
    return instance;
  }

  Duration age() {
    return Duration.ofNanos(ticker.nanos() - begunAt);
  }

  @Override
  public void request(long events) {
    synchronized (this) {
      demand = demand + events < 0 ? Long.MAX_VALUE : demand + events;
    }
    drain();
  }

  @Override
  public void cancel() {
    close();
  }

  /** Somebody wrote to this log. */
  void written() {
    synchronized (this) {
      mayHaveMore = true;
    }
    drain();
  }

  /** What to look for, or null while it has not yet written what it has, or is reading. */
  synchronized Place wanted() {
    boolean busy = closed || complete || reading || mayHaveMore || demand == 0 || !page.isEmpty();
    return busy ? null : place();
  }

  private Place place() {
    return new Place(instance, onlyAttempt, cursor);
  }

  /** The answer to what was wanted; it may have moved on meanwhile. */
  void hear(Place asked, News news) {
    synchronized (this) {
      followed = news.followed();
      mayHaveMore |= news.more();
      complete |= isOver() && !mayHaveMore && !reading && page.isEmpty() && asked.equals(place());
    }
    drain();
  }

  /** A second has passed. */
  void tick() {
    synchronized (this) {
      resting = false;
    }
    drain();
  }

  /** Ends without the event that says that all is sent: clients come back. */
  void breakOff() {
    if (close()) {
      subscriber.onComplete();
    }
  }

  private boolean isOver() {
    return followed != null && followed.isOver(onlyAttempt);
  }

  /** Gives events to the network, one at a time, whoever calls. */
  private void drain() {
    if (draining.getAndIncrement() != 0) {
      return;
    }
    int seen = 1;
    do {
      for (OutboundSseEvent event = next(); event != null; event = next()) {
        subscriber.onNext(event);
      }
      if (takesLeave()) {
        subscriber.onComplete();
      } else if (beginsToRead()) {
        followers.read(this);
      }
      seen = draining.addAndGet(-seen);
    } while (seen != 0);
  }

  private synchronized OutboundSseEvent next() {
    if (closed || demand == 0 || endSent) {
      return null;
    }
    OutboundSseEvent event = null;
    if (!page.isEmpty()) {
      event = events.line(page.remove());
    } else if (complete) {
      endSent = true;
      event = events.end(followed.end());
    } else if (ticker.nanos() - lastEventAt >= HEARTBEAT_NANOS) {
      event = events.heartbeat();
    }
    if (event != null) {
      lastEventAt = ticker.nanos();
      demand--;
    }
    return event;
  }

  /** The end has been written once the network asks for more. */
  private boolean takesLeave() {
    synchronized (this) {
      if (!endSent || demand == 0) {
        return false;
      }
    }
    return close();
  }

  private synchronized boolean beginsToRead() {
    boolean begins =
        mayHaveMore && !reading && !resting && !closed && !complete && demand > 0 && page.isEmpty();
    reading |= begins;
    return begins;
  }

  /** Reads the next page; blocks. What fails is tried again after the next tick. */
  void readFrom(LogStore store, FollowStore looks) {
    boolean done = false;
    try {
      readPage(store, looks);
      done = true;
    } finally {
      synchronized (this) {
        reading = false;
        resting = !done;
        mayHaveMore |= !done;
      }
      drain();
    }
  }

  private void readPage(LogStore store, FollowStore looks) {
    Place from;
    LogProgress before;
    synchronized (this) {
      from = place();
      before = followed;
      // What is written from here on is told again.
      mayHaveMore = false;
    }
    if (before == null) {
      before = looks.look(List.of(from)).get(0).followed();
    }
    List<LogLine> lines = store.read(instance, onlyAttempt, from.cursor(), PAGE);
    List<LogLine> showable =
        LineOrder.showable(lines, from.cursor(), onlyAttempt, before.settledBelow());
    synchronized (this) {
      followed = followed == null ? before : followed;
      page.addAll(showable);
      if (!showable.isEmpty()) {
        cursor = LogCursor.behind(showable.get(showable.size() - 1));
        mayHaveMore = true;
      }
      // Nothing more can have come after it was over, so what was read then is all.
      complete |= lines.isEmpty() && before.isOver(onlyAttempt);
    }
  }

  private boolean close() {
    synchronized (this) {
      if (closed) {
        return false;
      }
      closed = true;
      page.clear();
    }
    followers.left(this);
    return true;
  }
}
