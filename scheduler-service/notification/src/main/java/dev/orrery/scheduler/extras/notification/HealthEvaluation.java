package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Failing;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.extras.notification.EvaluationStore.PendingEvent;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Told;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Waits;
import dev.orrery.scheduler.extras.notification.WatchStore.Looked;
import dev.orrery.scheduler.extras.notification.WatchStore.Recovered;
import dev.orrery.scheduler.extras.notification.WatchStore.Subscriber;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Decides which events to send to webhooks, and writes their messages to the outbox. */
@ApplicationScoped
class HealthEvaluation {
  private final EngineDatabase database;
  private final ObjectMapper json;
  private final RunLinks links;

  HealthEvaluation(EngineDatabase database, ObjectMapper json, PublicUrlConfig publicUrl) {
    this.database = database;
    this.json = json;
    this.links = RunLinks.of(publicUrl);
  }

  /**
   * Evaluates the pending events, at most one batch; blocks.
   *
   * @return the number of events; 0 also while another replica evaluates
   */
  int events() {
    return whileLocked(this::events);
  }

  /** Finds jobs whose instances wait too long; blocks. */
  int late() {
    return whileLocked(
        connection -> {
          List<Changed> late = EvaluationStore.late(connection);
          Map<Long, Waits> reasons =
              EvaluationStore.reasons(
                  connection, late.stream().filter(Changed::told).map(Changed::instance).toList());
          for (Changed job : late) {
            if (job.told()) {
              EvaluationStore.setLate(connection, job);
              add(
                  connection,
                  job.pair(),
                  WebhookPayload.late(job, reasons.get(job.instance()), links));
            }
          }
          tellClosed(
              connection,
              EvaluationStore.clearLate(connection, late.stream().map(Changed::pair).toList()),
              AlarmEnd.NONE_WAITS);
          return late.size();
        });
  }

  /** Finds jobs that still fail, and whose webhook wants to be reminded; blocks. */
  int reminders() {
    return whileLocked(
        connection -> {
          List<Failing> failing = EvaluationStore.stillFailing(connection);
          for (Failing job : failing) {
            EvaluationStore.setReminded(connection, job.pair());
            add(connection, job.pair(), WebhookPayload.reminder(job, links));
          }
          return failing.size();
        });
  }

  @FunctionalInterface
  interface Work {
    int run(Connection connection) throws SQLException;
  }

  /** Runs the work in a transaction; returns 0 while another replica evaluates. */
  int whileLocked(Work work) {
    return database.transaction(
        connection -> EvaluationStore.tryLock(connection) ? work.run(connection) : 0);
  }

  private int events(Connection connection) throws SQLException {
    List<PendingEvent> events =
        EvaluationStore.takeEvents(connection, NotificationLimits.EVENT_BATCH_SIZE);
    if (events.isEmpty()) {
      return 0;
    }
    Set<Integer> apps =
        events.stream().map(event -> event.job().appId()).collect(Collectors.toSet());
    Set<Long> jobs = events.stream().map(event -> event.job().id()).collect(Collectors.toSet());
    List<Webhook> webhooks = EvaluationStore.webhooks(connection, apps);
    HealthChanges health =
        new HealthChanges(
            EvaluationStore.health(connection, webhooks.stream().map(Webhook::id).toList(), jobs));
    for (PendingEvent pending : events) {
      if (pending.closing() != null) {
        close(connection, pending, health);
        continue;
      }
      for (Webhook webhook : webhooks) {
        // Whoever was told of a failure is told of its end, whatever the job or the webhook is now.
        if (pending.isSuccess()
            || (webhook.concerns(pending.job()) && !pending.job().isDeleted())) {
          Optional<WebhookPayload.Draft> message = message(webhook, pending, health);
          if (message.isPresent()) {
            add(connection, new Pair(webhook.id(), pending.job().id()), message.get());
          }
        }
      }
    }
    Set<Long> failed =
        events.stream()
            .filter(PendingEvent::isFailure)
            .map(event -> event.job().id())
            .collect(Collectors.toSet());
    Recovered recovered =
        WatchStore.ended(
            connection, failed, events.stream().filter(PendingEvent::isSuccess).toList());
    tellRecovered(connection, WebhookEvent.OVERDUE, recovered.overdue());
    tellRecovered(connection, WebhookEvent.SLOW, recovered.slow());
    health.write(connection);
    return events.size();
  }

  private void close(Connection connection, PendingEvent closing, HealthChanges health)
      throws SQLException {
    health.write(connection);
    List<Told> ended =
        EvaluationStore.close(connection, List.of(closing.job().id()), closing.alarm());
    tellClosed(connection, ended, closing.closing());
    if (WebhookEvent.FAILED.spelling().equals(closing.alarm())) {
      health.forget(closing.job().id());
    }
  }

  /** Tells that alarms have ended without a success. */
  void tellClosed(Connection connection, List<Told> alarms, AlarmEnd reason) throws SQLException {
    for (Told alarm : alarms) {
      add(connection, alarm.pair(), WebhookPayload.closed(alarm, reason, links));
    }
  }

  /** Tells of jobs that were overdue, or slow, and have succeeded. */
  void tellRecovered(Connection connection, WebhookEvent alarm, List<Looked> recovered)
      throws SQLException {
    Map<Long, Looked> byJob =
        recovered.stream().collect(Collectors.toMap(Looked::job, Function.identity()));
    for (Subscriber subscriber : WatchStore.clear(connection, alarm, byJob.keySet())) {
      Looked job = byJob.get(subscriber.pair().job());
      add(connection, subscriber.pair(), WebhookPayload.recovered(alarm, subscriber, job, links));
    }
  }

  private Optional<WebhookPayload.Draft> message(
      Webhook webhook, PendingEvent pending, HealthChanges health) {
    List<WebhookEvent> subscribed = webhook.document().events();
    if (pending.isSkipped()) {
      return subscribed.contains(WebhookEvent.MISSED)
          ? Optional.of(WebhookPayload.of(WebhookEvent.MISSED, pending, pending.fires(), links))
          : Optional.empty();
    }
    if (pending.isSuccess()) {
      return health
          .succeeded(webhook, pending)
          .filter(since -> subscribed.contains(WebhookEvent.RECOVERED))
          .map(since -> WebhookPayload.recovered(pending, since, links));
    }
    boolean failures = subscribed.contains(WebhookEvent.FAILED);
    if (!failures && !subscribed.contains(WebhookEvent.RECOVERED)) {
      return Optional.empty();
    }
    int count = health.failed(webhook, pending);
    return failures && count > 0
        ? Optional.of(WebhookPayload.of(WebhookEvent.FAILED, pending, count, links))
        : Optional.empty();
  }

  void add(Connection connection, Pair pair, WebhookPayload.Draft message) throws SQLException {
    try {
      String body =
          json.writeValueAsString(
              message.about(JobFactsStore.of(connection, pair, message.timedOut(), json)));
      OutboxStore.add(connection, pair.webhook(), message.event(), body);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The health of jobs during one evaluation: as it was read, with the changes to write. */
  private static final class HealthChanges {
    private final Map<Pair, JobHealth> health;
    private final Set<Pair> changed = new LinkedHashSet<>();

    HealthChanges(Map<Pair, JobHealth> stored) {
      this.health = new HashMap<>(stored);
    }

    /**
     * Applies a failure.
     *
     * @return failures within the window if they are an event now, else 0
     */
    int failed(Webhook webhook, PendingEvent failure) {
      Pair pair = new Pair(webhook.id(), failure.job().id());
      JobHealth.AfterFailure after =
          health
              .getOrDefault(pair, JobHealth.WELL)
              .failed(
                  failure.instance(),
                  failure.at(),
                  webhook.document().threshold(),
                  webhook.document().window());
      health.put(pair, after.health());
      changed.add(pair);
      return after.count();
    }

    /** Applies a success; returns since when the job failed, if the webhook was told of it. */
    Optional<Instant> succeeded(Webhook webhook, PendingEvent success) {
      Pair pair = new Pair(webhook.id(), success.job().id());
      JobHealth before = health.getOrDefault(pair, JobHealth.WELL);
      if (!before.endsWith(success.at())) {
        return Optional.empty();
      }
      health.put(pair, JobHealth.WELL);
      changed.add(pair);
      return Optional.of(before.failingSince());
    }

    /** Writes what has changed, in the order of the changes. */
    void write(Connection connection) throws SQLException {
      for (Pair pair : changed) {
        EvaluationStore.put(connection, pair, health.get(pair));
      }
      changed.clear();
    }

    void forget(long job) {
      health.keySet().removeIf(pair -> pair.job() == job);
    }
  }
}
