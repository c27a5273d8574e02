package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Failing;
import dev.orrery.scheduler.extras.notification.EvaluationStore.PendingEvent;
import dev.orrery.scheduler.extras.notification.WatchStore.Overdue;
import dev.orrery.scheduler.extras.notification.WatchStore.Slow;
import dev.orrery.scheduler.extras.notification.WatchStore.Subscriber;
import dev.orrery.scheduler.extras.notification.WatchStore.ToPause;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.job.document.JobDescription;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;

/**
 * The body of a webhook message.
 *
 * @param job null for a test
 * @param instance the id of the instance that caused the event; null for a test, and if none is
 *     known of a job that was overdue
 * @param state its state, as the API spells it; null without an instance
 * @param error its error, truncated; null if there is none
 * @param at when the instance ended, became due or started, or when the job was found to be
 *     overdue, by the database's clock; for a test, when it was requested, by the clock of the
 *     replica
 * @param count number of failures within the window or in a row, of missed fires, or of late or
 *     slow instances; otherwise 1
 * @param waitingFor why the late instance waits; otherwise null
 * @param since when the job began to fail, of a reminder; of an overdue job, its last success, or
 *     since when one is expected; otherwise null
 * @param of the event that a recovery ends; otherwise null
 * @param link the page of the instance, or of the job; null without {@code orrery.public-url}
 * @param description of the job, when the message was made; null for a test
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
    WebhookEvent of,
    String link,
    @JsonUnwrapped JobDescription description) {

  WebhookPayload withDescription(JobDescription ofJob) {
    return new WebhookPayload(
        event, app, job, instance, state, error, at, count, waitingFor, since, of, link, ofJob);
  }

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
        null,
        links.of(pending.job().app(), pending.instance()),
        null);
  }

  static WebhookPayload recovered(Changed changed, RunLinks links) {
    return of(
        WebhookEvent.RECOVERED, changed, InstanceState.SUCCEEDED, null, WebhookEvent.FAILED, links);
  }

  /**
   * @param reason null if it is not known
   */
  static WebhookPayload late(Changed changed, WaitingFor reason, RunLinks links) {
    return of(WebhookEvent.LATE, changed, InstanceState.READY, reason, null, links);
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
        null,
        links.of(failing.app(), failing.instance()),
        null);
  }

  private static WebhookPayload of(
      WebhookEvent event,
      Changed changed,
      InstanceState state,
      WaitingFor reason,
      WebhookEvent ended,
      RunLinks links) {
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
        ended,
        links.of(changed.app(), changed.instance()),
        null);
  }

  /** Returns that a job has not succeeded for too long; the same as a reminder. */
  static WebhookPayload overdue(Overdue overdue, RunLinks links) {
    Subscriber subscriber = overdue.subscriber();
    return new WebhookPayload(
        WebhookEvent.OVERDUE,
        subscriber.app(),
        subscriber.job(),
        null,
        null,
        null,
        overdue.at(),
        1,
        null,
        overdue.since(),
        null,
        links.ofJob(subscriber.app(), subscriber.job()),
        null);
  }

  /**
   * Returns that an overdue job has succeeded.
   *
   * @param instance null if it is not known
   */
  static WebhookPayload succeededAgain(
      Subscriber subscriber, Long instance, Instant at, RunLinks links) {
    return new WebhookPayload(
        WebhookEvent.RECOVERED,
        subscriber.app(),
        subscriber.job(),
        instance == null ? null : Long.toString(instance),
        instance == null ? null : InstanceState.SUCCEEDED.publicName(),
        null,
        at,
        1,
        null,
        null,
        WebhookEvent.OVERDUE,
        link(subscriber, instance, links),
        null);
  }

  static WebhookPayload slow(Subscriber subscriber, Slow slow, RunLinks links) {
    return new WebhookPayload(
        WebhookEvent.SLOW,
        subscriber.app(),
        subscriber.job(),
        Long.toString(slow.instance()),
        InstanceState.RUNNING.publicName(),
        null,
        slow.at(),
        slow.number(),
        null,
        null,
        null,
        link(subscriber, slow.instance(), links),
        null);
  }

  /** Returns that the scheduler has paused a job. */
  static WebhookPayload paused(Subscriber subscriber, ToPause job, RunLinks links) {
    return new WebhookPayload(
        WebhookEvent.PAUSED,
        subscriber.app(),
        subscriber.job(),
        job.instance() == null ? null : Long.toString(job.instance()),
        job.state() == null ? null : InstanceState.ofCode(job.state()).publicName(),
        job.error(),
        job.at(),
        job.failures(),
        null,
        null,
        null,
        link(subscriber, job.instance(), links),
        null);
  }

  private static String link(Subscriber subscriber, Long instance, RunLinks links) {
    return instance == null
        ? links.ofJob(subscriber.app(), subscriber.job())
        : links.of(subscriber.app(), instance);
  }

  static WebhookPayload test(String app, Instant at) {
    return new WebhookPayload(
        WebhookEvent.TEST, app, null, null, null, null, at, 1, null, null, null, null);
  }
}
