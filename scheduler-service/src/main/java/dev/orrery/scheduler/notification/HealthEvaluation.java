package dev.orrery.scheduler.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.notification.EvaluationStore.JobKey;
import dev.orrery.scheduler.notification.EvaluationStore.Pair;
import dev.orrery.scheduler.notification.EvaluationStore.PendingEvent;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds out what webhooks are to be told, and puts it into the outbox. */
@ApplicationScoped
class HealthEvaluation {
  private static final int AT_ONCE = 500;

  private final EngineDatabase database;
  private final ObjectMapper json;

  HealthEvaluation(EngineDatabase database, ObjectMapper json) {
    this.database = database;
    this.json = json;
  }

  /**
   * Evaluates what transactions have noted, at most one batch; blocks.
   *
   * @return how many events there were; 0 also while another replica is at it
   */
  int events() {
    return whileOthersWait(this::events);
  }

  /** Looks whether failing jobs have succeeded since; blocks. */
  int recoveries() {
    return whileOthersWait(
        connection -> {
          List<Changed> recovered = EvaluationStore.recovered(connection);
          for (Changed one : recovered) {
            EvaluationStore.setWell(connection, one.pair());
            if (one.told()) {
              tell(connection, WebhookEvent.RECOVERED, one, InstanceState.SUCCEEDED);
            }
          }
          return recovered.size();
        });
  }

  /** Looks which jobs have instances that wait too long; blocks. */
  int late() {
    return whileOthersWait(
        connection -> {
          List<Changed> late = EvaluationStore.late(connection);
          for (Changed one : late) {
            if (one.told()) {
              EvaluationStore.setLate(connection, one);
              tell(connection, WebhookEvent.LATE, one, InstanceState.READY);
            }
          }
          EvaluationStore.clearLate(connection, late.stream().map(Changed::pair).toList());
          return late.size();
        });
  }

  /** Work within a transaction. */
  @FunctionalInterface
  private interface Work {
    int run(Connection connection) throws SQLException;
  }

  private int whileOthersWait(Work work) {
    return database.transaction(
        connection -> EvaluationStore.tryLock(connection) ? work.run(connection) : 0);
  }

  private int events(Connection connection) throws SQLException {
    List<PendingEvent> events = EvaluationStore.takeEvents(connection, AT_ONCE);
    if (events.isEmpty()) {
      return 0;
    }
    Set<Integer> apps =
        events.stream().map(event -> event.job().appId()).collect(Collectors.toSet());
    Set<Long> jobs = events.stream().map(event -> event.job().id()).collect(Collectors.toSet());
    List<Webhook> webhooks = EvaluationStore.webhooks(connection, apps);
    Map<Pair, JobHealth> health =
        EvaluationStore.health(connection, webhooks.stream().map(Webhook::id).toList(), jobs);
    Set<Pair> changed = new HashSet<>();
    for (PendingEvent pending : events) {
      for (Webhook webhook : webhooks) {
        if (webhook.appId() == pending.job().appId()
            && webhook.document().concerns(pending.job().name())) {
          Pair pair = new Pair(webhook.id(), pending.job().id());
          if (pending.state() == InstanceState.SKIPPED.code()) {
            missed(connection, webhook, pending);
          } else if (failed(connection, webhook, pending, health)) {
            changed.add(pair);
          }
        }
      }
    }
    for (Pair pair : changed) {
      EvaluationStore.put(connection, pair, health.get(pair));
    }
    return events.size();
  }

  private void missed(Connection connection, Webhook webhook, PendingEvent pending)
      throws SQLException {
    if (webhook.document().events().contains(WebhookEvent.MISSED)) {
      tell(connection, webhook, WebhookEvent.MISSED, pending, pending.fires());
    }
  }

  /** Gives whether the webhook minds failures at all. */
  private boolean failed(
      Connection connection, Webhook webhook, PendingEvent pending, Map<Pair, JobHealth> health)
      throws SQLException {
    WebhookDocument document = webhook.document();
    boolean tellsFailures = document.events().contains(WebhookEvent.FAILED);
    if (!tellsFailures && !document.events().contains(WebhookEvent.RECOVERED)) {
      return false;
    }
    Pair pair = new Pair(webhook.id(), pending.job().id());
    JobHealth.AfterFailure after =
        health
            .getOrDefault(pair, JobHealth.WELL)
            .failed(pending.instance(), pending.at(), document.threshold(), document.window());
    health.put(pair, after.health());
    if (after.count() > 0 && tellsFailures) {
      tell(connection, webhook, WebhookEvent.FAILED, pending, after.count());
    }
    return true;
  }

  private void tell(
      Connection connection, Webhook webhook, WebhookEvent event, PendingEvent pending, int count)
      throws SQLException {
    JobKey job = pending.job();
    add(
        connection,
        webhook.id(),
        message(
            event,
            job.app(),
            job.name(),
            pending.instance(),
            InstanceState.ofCode(pending.state()),
            pending.error(),
            pending.at(),
            count));
  }

  private void tell(Connection connection, WebhookEvent event, Changed changed, InstanceState state)
      throws SQLException {
    add(
        connection,
        changed.pair().webhook(),
        message(
            event,
            changed.app(),
            changed.job(),
            changed.instance(),
            state,
            null,
            changed.at(),
            changed.number()));
  }

  private static WebhookPayload message(
      WebhookEvent event,
      String app,
      String job,
      long instance,
      InstanceState state,
      String error,
      Instant at,
      int count) {
    return new WebhookPayload(
        event, app, job, Long.toString(instance), state.publicName(), error, at, count);
  }

  private void add(Connection connection, long webhook, WebhookPayload message)
      throws SQLException {
    try {
      OutboxStore.add(connection, webhook, message.event(), json.writeValueAsString(message));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
