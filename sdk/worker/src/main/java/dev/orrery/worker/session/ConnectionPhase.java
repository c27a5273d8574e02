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
  OPEN,
  /** The scheduler asked to end the session: it takes no more work and ends after its attempts. */
  LEAVING,
  /** The bye was sent; a new session follows. */
  CLOSING,
  /** The worker is stopping: the session takes no more work and ends after its attempts. */
  DRAINING,
  /** The bye was sent; no session follows. */
  PARTING,
  /** There is no session, and none follows. */
  DISCONNECTED;

  enum Step {
    /** A handshake opened a session. */
    AGREED,
    /** The scheduler asked this worker to end its session. */
    DRAIN_REQUESTED,
    /** The worker sends its bye; from now on SESSION_GONE is expected. */
    BYE_SENT,
    /** The scheduler confirmed the bye, or did not respond to it. */
    BYE_ANSWERED,
    /** The scheduler reported that the session is gone. */
    SESSION_GONE,
    /** The worker is stopping and opens no further session. */
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
      // The scheduler ends parked polls when it receives a bye; the response to the bye
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

  /** Returns true if the worker is stopping, so that no session follows. */
  boolean isDraining() {
    return this == DRAINING || this == PARTING || this == DISCONNECTED;
  }
}
