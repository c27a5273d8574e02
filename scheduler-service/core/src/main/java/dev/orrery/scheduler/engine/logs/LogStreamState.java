package dev.orrery.scheduler.engine.logs;

import dev.orrery.scheduler.engine.logs.FollowStore.FollowedLog;
import dev.orrery.scheduler.engine.logs.FollowStore.News;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/**
 * The state of one log stream. It decides which event to send, when to read and when to end. This
 * is a pure rule: it uses no thread, clock or database. {@link LogStream} guards it with its lock.
 *
 * <pre>
 *            startReading               onPageRead
 *    IDLE ────────────────▶ READING ─────────────────▶ IDLE
 *     ▲                      │    │  nothing more can come
 *     │ onTick               │    └──────────────────▶ COMPLETE ── end event ──▶ ENDING
 *     └────── RESTING ◀──────┘ onReadFailed               ▲
 *    IDLE ── onNews: nothing more can come ───────────────┘
 *
 *    each of them ── close ──▶ CLOSED
 * </pre>
 */
final class LogStreamState {
  private final long instance;
  private final Integer onlyAttempt;
  private final Queue<LogLine> page = new ArrayDeque<>();
  private Phase phase = Phase.IDLE;
  private LogCursor cursor;
  private LogProgress progress;
  private long demand;

  /** True if the store may have unread lines behind the cursor. */
  private boolean unread = true;

  enum Phase {
    /** The stream waits for demand from the network, or for lines. */
    IDLE,
    /** A thread reads the next page. */
    READING,
    /** The last read failed; the next one follows after a tick. */
    RESTING,
    /** All lines are read, and no more can come; the end event follows them. */
    COMPLETE,
    /** The end event is sent, and perhaps not yet written. */
    ENDING,
    /** Nothing is sent any more. */
    CLOSED
  }

  sealed interface Event {}

  record LineEvent(LogLine line) implements Event {}

  /**
   * The last event.
   *
   * @param state null if only an attempt has ended
   */
  record EndEvent(InstanceState state) implements Event {}

  record HeartbeatEvent() implements Event {}

  LogStreamState(FollowedLog from) {
    this.instance = from.instance();
    this.onlyAttempt = from.onlyAttempt();
    this.cursor = from.cursor();
  }

  Phase phase() {
    return phase;
  }

  /** Returns the known progress of the instance; empty before the first read. */
  Optional<LogProgress> progress() {
    return Optional.ofNullable(progress);
  }

  private FollowedLog position() {
    return new FollowedLog(instance, onlyAttempt, cursor);
  }

  void onRequest(long events) {
    demand = demand + events < 0 ? Long.MAX_VALUE : demand + events;
  }

  void onLinesWritten() {
    unread = true;
  }

  void onTick() {
    if (phase == Phase.RESTING) {
      phase = Phase.IDLE;
    }
  }

  /** Removes and returns the event to send now, if there is one and the network accepts it. */
  Optional<Event> takeEvent(boolean heartbeatDue) {
    if (demand == 0 || phase == Phase.ENDING || phase == Phase.CLOSED) {
      return Optional.empty();
    }
    Event event = null;
    if (!page.isEmpty()) {
      event = new LineEvent(page.remove());
    } else if (phase == Phase.COMPLETE) {
      phase = Phase.ENDING;
      event = new EndEvent(progress.end());
    } else if (heartbeatDue) {
      event = new HeartbeatEvent();
    }
    if (event != null) {
      demand--;
    }
    return Optional.ofNullable(event);
  }

  /** Returns true once the network has written the end event: only then does it request more. */
  boolean isEndWritten() {
    return phase == Phase.ENDING && demand > 0;
  }

  /** Begins to read the next page if a read is due, and returns whether it is. */
  boolean startReading() {
    boolean due = unread && isHungry();
    if (due) {
      phase = Phase.READING;
    }
    return due;
  }

  /** Returns true if the network requests events and there is no line to send. */
  private boolean isHungry() {
    return phase == Phase.IDLE && demand > 0 && page.isEmpty();
  }

  /** Returns the position to read from. Later lines count as unread. */
  FollowedLog readPosition() {
    unread = false;
    return position();
  }

  /**
   * A page was read.
   *
   * @param before the progress before the read; if it was over, the read has found all lines
   * @param lines lines after the cursor
   */
  void onPageRead(LogProgress before, List<LogLine> lines) {
    if (phase != Phase.READING) {
      return;
    }
    progress = progress == null ? before : progress;
    List<LogLine> showable = LineOrder.showable(lines, cursor, onlyAttempt, before.finalBelow());
    if (!showable.isEmpty()) {
      page.addAll(showable);
      cursor = LogCursor.behind(showable.get(showable.size() - 1));
      unread = true;
    }
    boolean complete = lines.isEmpty() && before.isOver(onlyAttempt);
    phase = complete ? Phase.COMPLETE : Phase.IDLE;
  }

  void onReadFailed() {
    if (phase == Phase.READING) {
      phase = Phase.RESTING;
      unread = true;
    }
  }

  /** Returns the position for a query of changes; empty unless the stream only waits for lines. */
  Optional<FollowedLog> queryPosition() {
    return !unread && isHungry() ? Optional.of(position()) : Optional.empty();
  }

  /**
   * Changes were queried.
   *
   * @param asked the position of the query; the stream may have moved in the meantime
   */
  void onNews(FollowedLog asked, News news) {
    progress = news.progress();
    unread |= news.more();
    boolean readAll = phase == Phase.IDLE && !unread && page.isEmpty() && asked.equals(position());
    if (readAll && progress.isOver(onlyAttempt)) {
      phase = Phase.COMPLETE;
    }
  }

  /** Closes the stream and drops its lines. Returns false if it was closed before. */
  boolean close() {
    boolean first = phase != Phase.CLOSED;
    phase = Phase.CLOSED;
    page.clear();
    return first;
  }
}
