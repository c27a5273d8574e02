package dev.orrery.scheduler.base.lifecycle;

/**
 * The order in which parts of the service start and stop, as priorities of CDI observers: the
 * smallest number comes first. An observer without a priority has 2500. The table in
 * docs/architecture.md is generated from this class.
 */
public final class LifecycleOrder {
  /** Checks that refuse to start, before anything runs that would have to be stopped. */
  public static final int START_CHECKS = 1;

  /** Preparations that must be complete before a port opens. */
  public static final int START_BEFORE_PORTS = 10;

  /** Ports of the worker API, after everything that serves it. */
  public static final int START_WORKER_PORTS = 5000;

  /** The loop for work that time makes due. */
  public static final int START_DUE_WORK = 5500;

  /** The cluster port and the row of this replica, after its own ports are open. */
  public static final int START_CLUSTER = 6000;

  /** Scheduled tasks, after everything else. */
  public static final int START_SCHEDULED_TASKS = 9000;

  /** The row of this replica, so that the others stop sending to it. */
  public static final int STOP_CLUSTER_MEMBERSHIP = 50;

  /** Ports of the worker API and log streams, before everything that serves them. */
  public static final int STOP_CALLS = 100;

  /** The connection for hints, before the executors that act on hints. */
  public static final int STOP_HINT_LISTENER = 2800;

  /** Notifications and links to other replicas, after everything that publishes hints. */
  public static final int STOP_HINT_SENDERS = 2900;

  /** Threads of the engine connections, before the pools close. */
  public static final int STOP_ENGINE = 3000;

  private LifecycleOrder() {}
}
