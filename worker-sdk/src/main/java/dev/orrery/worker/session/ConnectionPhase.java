package dev.orrery.worker.session;

/**
 * The phase of a {@link SchedulerConnection}. This is a pure rule: it contains every legal step,
 * and any other step does not change the phase.
 *
 * <pre>
 *                  AGREED        DRAIN_REQUESTED        BYE_SENT
 *   CONNECTING ─────────────▶ OPEN ──────────▶ LEAVING ──────────▶ CLOSING
 *       ▲                      │                  │                   │
 *       ├──── SESSION_GONE ────┴──────────────────┘                   │
 *       └──── BYE_ANSWERED ───────────────────────────────────────────┘
 *
 *   WORKER_DRAINS:
 *   CONNECTING ─────────────────────────────────▶ DISCONNECTED
 *   OPEN, LEAVING ─▶ DRAINING ── SESSION_GONE ──▶ DISCONNECTED
 *                    DRAINING ── BYE_SENT ──────▶ PARTING
 *   CLOSING ────────────────────────────────────▶ PARTING ── BYE_ANSWERED ──▶ DISCONNECTED
 * </pre>
 */
enum ConnectionPhase {
  /** No session; the servers are tried in turn. */
  CONNECTING,
  /** A session that takes work. */
  OPEN,
  /**
   * The scheduler asked for the end of the session: it takes no more work, and its attempts end
   * first.
   */
  LEAVING,
  /** The scheduler ends the session after our good-bye; a new session follows. */
  CLOSING,
  /** The worker stops: the session takes no more work, and its attempts end first. */
  DRAINING,
  /** The scheduler ends the session after our good-bye; no session follows. */
  PARTING,
  /** No session, and none follows. */
  DISCONNECTED;

  /** An event that may change the phase. */
  enum Step {
    /** A handshake has led to a session. */
    AGREED,
    /** The scheduler has asked this worker to end its session. */
    DRAIN_REQUESTED,
    /** The worker sends its good-bye; from now on a gone session is expected. */
    BYE_SENT,
    /** The scheduler has ended the session after the good-bye, or does not answer it. */
    BYE_ANSWERED,
    /** The scheduler has reported that the session is gone. */
    SESSION_GONE,
    /** The worker stops: it opens no further session. */
    WORKER_DRAINS
  }

  ConnectionPhase after(Step step) {
    return switch (step) {
      case AGREED -> this == CONNECTING ? OPEN : this;
      case DRAIN_REQUESTED -> this == OPEN ? LEAVING : this;
      case BYE_SENT ->
          switch (this) {
            case LEAVING -> CLOSING;
            case DRAINING -> PARTING;
            default -> this;
          };
      case BYE_ANSWERED ->
          switch (this) {
            case CLOSING -> CONNECTING;
            case PARTING -> DISCONNECTED;
            default -> this;
          };
      // The scheduler ends parked polls when it receives a good-bye; the response to the good-bye
      // follows.
      case SESSION_GONE ->
          switch (this) {
            case OPEN, LEAVING -> CONNECTING;
            case DRAINING -> DISCONNECTED;
            default -> this;
          };
      case WORKER_DRAINS ->
          switch (this) {
            case CONNECTING -> DISCONNECTED;
            case OPEN, LEAVING -> DRAINING;
            case CLOSING -> PARTING;
            default -> this;
          };
    };
  }

  boolean hasSession() {
    return this != CONNECTING && this != DISCONNECTED;
  }

  /** Returns true if the worker stops, so that no other session follows. */
  boolean isDraining() {
    return this == DRAINING || this == PARTING || this == DISCONNECTED;
  }
}
