package dev.orrery.scheduler.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.notification.EvaluationStore.JobKey;
import dev.orrery.scheduler.notification.EvaluationStore.Notice;
import dev.orrery.scheduler.notification.EvaluationStore.Pair;
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
   * @return how many notices there were; 0 also while another replica is at it
   */
  int notices() {
    return whileOthersWait(this::notices);
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

  private int notices(Connection connection) throws SQLException {
    List<Notice> notices = EvaluationStore.takeNotices(connection, AT_ONCE);
    if (notices.isEmpty()) {
      return 0;
    }
    Set<Integer> apps = notices.stream().map(n -> n.job().appId()).collect(Collectors.toSet());
    Set<Long> jobs = notices.stream().map(n -> n.job().id()).collect(Collectors.toSet());
    List<Webhook> webhooks = EvaluationStore.webhooks(connection, apps);
    Map<Pair, JobHealth> health =
        EvaluationStore.health(connection, webhooks.stream().map(Webhook::id).toList(), jobs);
    Set<Pair> changed = new HashSet<>();
    for (Notice notice : notices) {
      for (Webhook webhook : webhooks) {
        if (webhook.appId() == notice.job().appId()
            && webhook.document().concerns(notice.job().name())) {
          Pair pair = new Pair(webhook.id(), notice.job().id());
          if (notice.state() == InstanceState.SKIPPED.code()) {
            missed(connection, webhook, notice);
          } else if (failed(connection, webhook, notice, health)) {
            changed.add(pair);
          }
        }
      }
    }
    for (Pair pair : changed) {
      EvaluationStore.put(connection, pair, health.get(pair));
    }
    return notices.size();
  }

  private void missed(Connection connection, Webhook webhook, Notice notice) throws SQLException {
    if (webhook.document().events().contains(WebhookEvent.MISSED)) {
      tell(connection, webhook, WebhookEvent.MISSED, notice, notice.fires());
    }
  }

  /** Gives whether the webhook minds failures at all. */
  private boolean failed(
      Connection connection, Webhook webhook, Notice notice, Map<Pair, JobHealth> health)
      throws SQLException {
    WebhookDocument document = webhook.document();
    boolean tellsFailures = document.events().contains(WebhookEvent.FAILED);
    if (!tellsFailures && !document.events().contains(WebhookEvent.RECOVERED)) {
      return false;
    }
    Pair pair = new Pair(webhook.id(), notice.job().id());
    JobHealth.AfterFailure after =
        health
            .getOrDefault(pair, JobHealth.WELL)
            .failed(notice.instance(), notice.at(), document.threshold(), document.window());
    health.put(pair, after.health());
    if (after.count() > 0 && tellsFailures) {
      tell(connection, webhook, WebhookEvent.FAILED, notice, after.count());
    }
    return true;
  }

  private void tell(
      Connection connection, Webhook webhook, WebhookEvent event, Notice notice, int count)
      throws SQLException {
    JobKey job = notice.job();
    add(
        connection,
        webhook.id(),
        message(
            event,
            job.app(),
            job.name(),
            notice.instance(),
            InstanceState.ofCode(notice.state()),
            notice.error(),
            notice.at(),
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
