package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.outbound.OutboundException;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.retry.Backoff;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.base.quota.AppQuota;
import dev.orrery.scheduler.extras.notification.OutboxStore.Outgoing;
import io.quarkus.runtime.Startup;
import jakarta.inject.Singleton;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;

/**
 * Sends the messages of the outbox at least once: one at a time for each webhook, at most {@link
 * NotificationConfig#maxDeliveriesPerApp} for each app, and at most {@value
 * NotificationLimits#MAX_CONCURRENT_DELIVERIES} in all. No thread waits for a response.
 */
@Startup
@Singleton
class DeliveryService {
  private static final Logger LOG = Logger.getLogger(DeliveryService.class);
  private static final int STATUS_GONE = 410;

  private static final int MAX_ERROR = 1000;

  /** Logs one line per app and minute. */
  private final RateLimitedLog failures =
      new RateLimitedLog(System.getLogger(DeliveryService.class.getName()));

  private final OutboxStore outbox;
  private final NotificationConfig config;
  private final NotificationMetrics metrics;
  private final EngineExecutor executor;
  private final RetryAfter delay;
  private final Senders senders;
  private final AppQuota inFlight;
  private boolean taking;

  /** True if {@link #sendDue} was called while another thread took messages. */
  private boolean rerunRequested;

  DeliveryService(
      OutboxStore outbox,
      NotificationConfig config,
      NotificationMetrics metrics,
      EngineExecutor executor,
      InstantSource clock,
      BuildInfo software,
      Senders.Http http,
      MailSender mail,
      ObjectMapper json) {
    this.outbox = outbox;
    this.config = config;
    this.metrics = metrics;
    this.executor = executor;
    this.delay =
        new RetryAfter(
            new Backoff(config.backoff(), config.maxBackoff()), RandomGenerator.getDefault());
    this.senders = new Senders(http, mail, "orrery/" + software.version(), json, clock);
    this.inFlight =
        new AppQuota(NotificationLimits.MAX_CONCURRENT_DELIVERIES, config.maxDeliveriesPerApp());
  }

  /**
   * Starts to send due messages within the limits; blocks on the database only. If another thread
   * is taking messages, it also takes the messages of this call.
   */
  void sendDue() {
    boolean again = true;
    while (again) {
      int room = takeRoom();
      if (room == 0) {
        return;
      }
      send(room);
      again = isRerunRequested();
    }
  }

  private void send(int room) {
    List<Outgoing> messages = List.of();
    try {
      messages =
          outbox.take(
              room,
              inFlight.held(),
              config.maxDeliveriesPerApp(),
              NotificationLimits.MAX_DELIVERY_TIME);
    } finally {
      begin(messages);
    }
    messages.forEach(this::send);
  }

  /** Returns 0 if there is no room, or if another thread is taking messages. */
  private synchronized int takeRoom() {
    rerunRequested = taking;
    if (taking) {
      return 0;
    }
    int room = NotificationLimits.MAX_CONCURRENT_DELIVERIES - (int) inFlight.taken();
    taking = room > 0;
    return room;
  }

  private synchronized boolean isRerunRequested() {
    return rerunRequested;
  }

  private synchronized void begin(List<Outgoing> messages) {
    taking = false;
    messages.forEach(message -> inFlight.add(message.appId(), 1));
  }

  private void end(Outgoing message) {
    inFlight.release(message.appId(), 1);
  }

  private void send(Outgoing message) {
    var unused =
        started(message)
            .whenComplete(
                (response, failure) -> {
                  try {
                    executor.execute(() -> ended(message, response, failure));
                  } catch (RejectedExecutionException e) {
                    // The service is stopping. Another replica, or this one after a restart, sends
                    // the message again.
                    end(message);
                  }
                });
  }

  /** A message that cannot be made fails as one that is refused, so that the others are sent. */
  private CompletableFuture<OutboundResponse> started(Outgoing message) {
    try {
      return message.format().send(message, senders);
    } catch (RuntimeException e) {
      LOG.errorf(
          e,
          "Failed to build a webhook message; retrying later: app=%s webhook=%s delivery=%d",
          message.app(),
          message.webhookName(),
          message.id());
      return CompletableFuture.failedFuture(e);
    }
  }

  private void ended(Outgoing message, OutboundResponse response, Throwable failure) {
    try {
      store(message, response, failure);
    } catch (DatabaseException e) {
      // The message is sent again after busy_until of its webhook.
      LOG.warnf(
          "Failed to store a delivery result; sending the message again:"
              + " app=%s webhook=%s delivery=%d: %s",
          message.app(), message.webhookName(), message.id(), e.getMessage());
    } finally {
      end(message);
    }
    if (failure == null) {
      sendDueQuietly();
    }
  }

  private void store(Outgoing message, OutboundResponse response, Throwable failure) {
    if (failure != null) {
      Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
      failed(message, null, ReceiverAnswer.none(reason(message, cause)));
      return;
    }
    ReceiverAnswer answer = ReceiverAnswer.of(message.format(), response);
    if (answer.isDelivered()) {
      outbox.delivered(message, response.status());
      metrics.delivered();
      return;
    }
    failed(message, response.status(), answer);
    if (response.status() == STATUS_GONE && message.event() != WebhookEvent.TEST) {
      disable(message);
    }
  }

  /** Returns the reason without network addresses, which only the operator may see, in the log. */
  private String reason(Outgoing message, Throwable cause) {
    if (!(cause instanceof OutboundException outbound)) {
      return String.valueOf(cause.getMessage());
    }
    if (!outbound.publicMessage().equals(outbound.getMessage())) {
      failures.log(
          Level.WARNING,
          Integer.toString(message.appId()),
          "Delivery failed: app=%s webhook=%s delivery=%d: %s"
              .formatted(
                  message.app(), message.webhookName(), message.id(), outbound.getMessage()));
    }
    return outbound.publicMessage();
  }

  private void failed(Outgoing message, Integer status, ReceiverAnswer answer) {
    // A reason may quote the response of the receiver.
    String error = BoundedText.abbreviate(answer.complaint().orElseThrow(), MAX_ERROR);
    Duration nextTry = delay.after(message.attempts() + 1, answer.retryAfter());
    boolean isHopeless =
        answer.isFinal() && message.attempts() + 1 >= NotificationLimits.MAX_REFUSALS;
    boolean givenUp =
        outbox.failed(
            message,
            status,
            error,
            nextTry,
            longer(message.format().pause(), answer.pause()),
            isHopeless ? Duration.ZERO : config.giveUpAfter());
    if (givenUp) {
      metrics.givenUp();
      LOG.warnf(
          "Gave up on a delivery: app=%s webhook=%s delivery=%d attempts=%d: %s",
          message.app(), message.webhookName(), message.id(), message.attempts() + 1, error);
    } else {
      metrics.retried();
    }
  }

  private void disable(Outgoing message) {
    outbox.disable(message.webhook(), "the receiver answered 410 Gone; enable it by a PUT");
    LOG.warnf(
        "Disabled a webhook whose receiver answered 410 Gone: app=%s webhook=%s",
        message.app(), message.webhookName());
  }

  private void sendDueQuietly() {
    try {
      sendDue();
    } catch (DatabaseException e) {
      LOG.debugf("Failed to read due deliveries; the next run retries: %s", e.getMessage());
    }
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }
}
