package dev.orrery.scheduler.notification;

import dev.orrery.outbound.LookupLimits;
import java.time.Duration;

/** Limits of webhooks: their number, their queues, and the work of one run of the loop. */
final class NotificationLimits {
  /** The most webhooks of an app. A failure is sent to all of them. */
  static final int MAX_WEBHOOKS = 20;

  /** The most messages that wait for one webhook; further ones are stored as given up. */
  static final int MAX_WAITING = 1000;

  /** The most deliveries of a replica at once. */
  static final int MAX_DELIVERIES_AT_ONCE = 16;

  /** A look-up that takes longer than its time leaves none for the request. */
  static final LookupLimits LOOKUPS = new LookupLimits(2, Duration.ofSeconds(8));

  /** The time for which other replicas skip a webhook if this replica dies. */
  static final Duration MAX_DELIVERY_TIME = Duration.ofSeconds(30);

  /** The most events that one transaction evaluates. */
  static final int MAX_EVENTS_AT_ONCE = 500;

  /** The most such transactions in one run of the loop; the rest follows in the next run. */
  static final int MAX_EVENT_ROUNDS = 10;

  /** The number of instances of a job, oldest first, that are checked for being late. */
  static final int MAX_LATE_CANDIDATES = 100;

  private NotificationLimits() {}
}
