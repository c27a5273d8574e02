package dev.orrery.scheduler.extras.notification;

import dev.orrery.outbound.LookupLimits;
import java.time.Duration;

/** Limits of webhooks: their number, their queues, and the work of one run of the loop. */
final class NotificationLimits {
  /** The maximum number of webhooks of an app. Each failure goes to all of them. */
  static final int MAX_WEBHOOKS = 20;

  /**
   * The maximum number of messages that wait for one webhook; further ones are stored as given up.
   */
  static final int MAX_WAITING = 1000;

  static final int MAX_CONCURRENT_DELIVERIES = 16;

  /** The number of jobs that a message to a chat names; it counts the others. */
  static final int MAX_TOLD = 20;

  /** A message that the receiver refuses for good is given up after so many tries. */
  static final int MAX_REFUSALS = 3;

  /** The limits of host name lookups. A slower lookup would leave no time for the request. */
  static final LookupLimits LOOKUPS = new LookupLimits(2, Duration.ofSeconds(8));

  /** The time for which other replicas skip a webhook if this replica dies. */
  static final Duration MAX_DELIVERY_TIME = Duration.ofSeconds(30);

  static final int EVENT_BATCH_SIZE = 500;

  /** The maximum number of such transactions in one run of the loop; the next run continues. */
  static final int MAX_EVENT_ROUNDS = 10;

  /** The number of a job's oldest instances that are checked for being late. */
  static final int MAX_LATE_CANDIDATES = 100;

  /** The number of watched jobs that one transaction checks. */
  static final int WATCH_BATCH_SIZE = 500;

  /** The maximum number of such transactions in one run of the loop; the next run continues. */
  static final int MAX_WATCH_ROUNDS = 100;

  /** The number of jobs that one run of the loop pauses. */
  static final int PAUSE_BATCH_SIZE = 100;

  /** The maximum duration of a normal run, which may evaluate many events of an app. */
  static final Duration RUN_TIMEOUT = Duration.ofMinutes(1);

  /** The time that a connection to a receiver may take. */
  static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** The time that the request of a message may take. */
  static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

  /** The time that a mail server may take for a message. */
  static final int MAIL_TIMEOUT_SECONDS = 15;

  /** Robots of DingTalk, Feishu and WeCom take 20 messages a minute; the other tools take more. */
  static final Duration CHAT_PAUSE = Duration.ofSeconds(3);

  /** The pause after an answer 429 or a code for too many messages that names no pause. */
  static final Duration TOO_MANY_PAUSE = Duration.ofMinutes(1);

  /** The time after a rotation in which the previous secret also signs. */
  static final Duration SECRET_OVERLAP = Duration.ofHours(24);

  private NotificationLimits() {}
}
