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

  /** A call of a worker fails after this time. */
  static final Duration PUSH_TIMEOUT = Duration.ofSeconds(5);

  /** The workers that a replica polls for, for each kind of runs. */
  static final int MAX_SESSIONS = 4_000;

  static final int MAX_SESSIONS_PER_APP = 500;

  private PowerJobLimits() {}
}
