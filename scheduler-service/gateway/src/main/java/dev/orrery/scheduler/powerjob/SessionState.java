package dev.orrery.scheduler.powerjob;

import java.util.EnumMap;
import java.util.Map;

/**
 * The state of a gateway session, which decides whether its worker gets runs. An {@link Event}
 * changes it, such as a heartbeat of the worker or a call that fails.
 */
enum SessionState {
  /** It gets as many runs as it has room for. */
  SERVING,

  /** A call of it has failed since its latest heartbeat: it gets no runs until the next one. */
  UNREACHABLE,

  /** Two of its heartbeats are missing: it gets no runs and no questions until the next one. */
  SILENT,

  /** It gets no more runs by this session, and only ends what it has. */
  DRAINING,

  /** As {@link #DRAINING}, and two of its heartbeats are missing. */
  DRAINING_SILENT,

  /** The session is over, or another replica polls in it. Answers that come late change nothing. */
  CLOSED;

  /** An event that may change the state of a gateway session. */
  enum Event {
    /** Some replica has received a heartbeat of the worker. */
    HEARTBEAT,
    CALL_FAILED,
    /** Two heartbeats are missing. */
    SILENCE,
    /** The app is closed to workers, or this worker makes another offer. */
    DRAIN,
    /** Neither is the case any more. */
    RESUME,
    CLOSE
  }

  private static final Map<SessionState, Map<Event, SessionState>> TABLE =
      new EnumMap<>(SessionState.class);

  static {
    // state, HEARTBEAT, CALL_FAILED, SILENCE, DRAIN, RESUME, CLOSE; null is forbidden
    row(SERVING, SERVING, UNREACHABLE, SILENT, DRAINING, null, CLOSED);
    row(UNREACHABLE, SERVING, UNREACHABLE, SILENT, DRAINING, null, CLOSED);
    row(SILENT, SERVING, SILENT, null, DRAINING_SILENT, null, CLOSED);
    row(DRAINING, DRAINING, DRAINING, DRAINING_SILENT, null, SERVING, CLOSED);
    row(DRAINING_SILENT, DRAINING, DRAINING_SILENT, null, null, SILENT, CLOSED);
    row(CLOSED, CLOSED, CLOSED, null, null, null, CLOSED);
  }

  private static void row(SessionState state, SessionState... next) {
    Map<Event, SessionState> row = new EnumMap<>(Event.class);
    Event[] events = Event.values();
    for (int i = 0; i < events.length; i++) {
      row.put(events[i], next[i]);
    }
    TABLE.put(state, row);
  }

  /**
   * @throws IllegalStateException if the event cannot happen in this state
   */
  SessionState on(Event event) {
    SessionState next = TABLE.get(this).get(event);
    if (next == null) {
      throw new IllegalStateException(event + " in the state " + this);
    }
    return next;
  }

  boolean isSilent() {
    return this == SILENT || this == DRAINING_SILENT;
  }

  boolean isDraining() {
    return this == DRAINING || this == DRAINING_SILENT;
  }
}
