package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Failing;
import dev.orrery.scheduler.extras.notification.EvaluationStore.PendingEvent;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.WaitingFor;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * The body of a webhook message.
 *
 * @param instance the id of the instance that caused the event; null for a test
 * @param state its state, as the API spells it; null for a test
 * @param error its error, truncated; null if there is none
 * @param at when the instance ended or became due, by the database's clock; for a test, when it was
 *     requested, by the clock of the replica
 * @param count number of failures within the window, of missed fires, or of late instances;
 *     otherwise 1
 * @param waitingFor why the late instance waits; otherwise null
 * @param since when the job began to fail, of a reminder; otherwise null
 * @param link the page of the instance; null without one, or without {@code orrery.public-url}
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
record WebhookPayload(
    WebhookEvent event,
    String app,
    String job,
    String instance,
    String state,
    String error,
    Instant at,
    int count,
    WaitingFor waitingFor,
    Instant since,
    String link) {

  static WebhookPayload of(WebhookEvent event, PendingEvent pending, int count, RunLinks links) {
    return new WebhookPayload(
        event,
        pending.job().app(),
        pending.job().name(),
        Long.toString(pending.instance()),
        InstanceState.ofCode(pending.state()).publicName(),
        pending.error(),
        pending.at(),
        count,
        null,
        null,
        links.of(pending.job().app(), pending.instance()));
  }

  static WebhookPayload recovered(Changed changed, RunLinks links) {
    return of(WebhookEvent.RECOVERED, changed, InstanceState.SUCCEEDED, null, links);
  }

  /**
   * @param reason null if it is not known
   */
  static WebhookPayload late(Changed changed, WaitingFor reason, RunLinks links) {
    return of(WebhookEvent.LATE, changed, InstanceState.READY, reason, links);
  }

  /** Returns that a job still fails. */
  static WebhookPayload reminder(Failing failing, RunLinks links) {
    return new WebhookPayload(
        WebhookEvent.FAILED,
        failing.app(),
        failing.job(),
        Long.toString(failing.instance()),
        InstanceState.ofCode(failing.state()).publicName(),
        failing.error(),
        failing.at(),
        1,
        null,
        failing.since(),
        links.of(failing.app(), failing.instance()));
  }

  private static WebhookPayload of(
      WebhookEvent event, Changed changed, InstanceState state, WaitingFor reason, RunLinks links) {
    return new WebhookPayload(
        event,
        changed.app(),
        changed.job(),
        Long.toString(changed.instance()),
        state.publicName(),
        null,
        changed.at(),
        changed.number(),
        reason,
        null,
        links.of(changed.app(), changed.instance()));
  }

  static WebhookPayload test(String app, Instant at) {
    return new WebhookPayload(
        WebhookEvent.TEST, app, null, null, null, null, at, 1, null, null, null);
  }
}
