package dev.orrery.scheduler.powerjob;

import java.time.Duration;

/**
 * The time-outs and limits of the gateway. A PowerJob worker sends a heartbeat every 10 s and
 * reports a running run every 15 s; no setting of a worker changes either, so the times here are
 * fixed.
 */
final class PowerJobLimits {
  /** A worker is silent after this time: it has missed two heartbeats. */
  static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(20);

  /** A worker whose first heartbeat takes longer is asked for its runs without it. */
  static final Duration FIRST_HEARTBEAT = Duration.ofSeconds(30);

  /** A heartbeat that reports overload counts for this long; another replica may get the next. */
  static final Duration OVERLOAD_TIME = Duration.ofSeconds(15);

  /** After an adoption the former owner may still send runs for this long. */
  static final Duration ADOPTION_TIME = Duration.ofSeconds(15);

  /** A worker that is silent for this long is forgotten; its session has expired before. */
  static final Duration SESSION_TIMEOUT = Duration.ofSeconds(60);

  /** Each worker finds a replica that has opened, and sends it a heartbeat, within this time. */
  static final Duration DIRECTORY_TIME = Duration.ofSeconds(12);

  /** A heartbeat is on its way for less; what differs more is the clock of the worker. */
  static final Duration MAX_ON_THE_WAY = Duration.ofSeconds(2);

  /** Another replica adopts a worker whose owner has given no sign for this long. */
  static final Duration OWNER_LOST_AFTER = Duration.ofSeconds(10);

  /** A worker that confirms no run for this long after its push is asked for it. */
  static final Duration CONFIRMATION_TIMEOUT = Duration.ofSeconds(2);

  /**
   * A confirmed run of which nothing is heard for this long is asked for: a worker reports it each
   * 15 s.
   */
  static final Duration REPORT_TIMEOUT = Duration.ofSeconds(35);

  /** Ended runs are known for so long, for lines that come after the report. */
  static final Duration ENDED_RUN_TIME = Duration.ofSeconds(15);

  /**
   * A worker is asked for a run two seconds after it was sent. Much later, as after a pause of the
   * scheduler, the worker may have ended the run and given up its report.
   */
  static final Duration DROPPED_WITHIN = Duration.ofSeconds(10);

  /** A denial that took longer may have been written at any time since its question. */
  static final Duration QUICK_DENIAL = Duration.ofSeconds(1);

  /** The time between two questions whose denials count together. */
  static final Duration DENIAL_INTERVAL = Duration.ofSeconds(5);

  /** A run that a question may have overtaken is lost if it is denied after this time. */
  static final Duration UNDECIDED_TIME = Duration.ofSeconds(35);

  /** A call of a worker fails after this time. */
  static final Duration PUSH_TIMEOUT = Duration.ofSeconds(5);

  /** The workers that a replica polls for, for each kind of runs. */
  static final int MAX_SESSIONS = 4_000;

  static final int MAX_SESSIONS_PER_APP = 500;

  /** The slots of a worker that dropped a run rise by one in each such interval without a drop. */
  static final Duration SLOT_RISE_INTERVAL = Duration.ofMinutes(1);

  /**
   * A block of log lines waits this long for earlier ones: longer than the time between messages
   * that a worker sends together.
   */
  static final Duration LOG_HOLD_TIME = Duration.ofSeconds(1);

  /** A run that is being canceled is asked for again after this time. */
  static final Duration CANCEL_CHECK_INTERVAL = Duration.ofSeconds(1);

  /** Without events, the sessions of all workers stand still. */
  static final Duration MAX_TURN = Duration.ofSeconds(30);

  /** The worker waits five seconds for an answer, and then repeats the report. */
  static final Duration REPORT_ANSWER_TIMEOUT = Duration.ofSeconds(4);

  /** The attempt to which log lines of a run belong is cached for this long. */
  static final Duration LOG_OWNER_TIME = Duration.ofSeconds(15);

  /** A worker sends its first heartbeat before its port is open. */
  static final Duration FIRST_PROOF_PAUSE = Duration.ofMillis(500);

  /** The pause doubles up to this one. */
  static final Duration LAST_PROOF_PAUSE = Duration.ofSeconds(2);

  private PowerJobLimits() {}
}
