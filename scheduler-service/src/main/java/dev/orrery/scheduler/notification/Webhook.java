package dev.orrery.scheduler.notification;

import dev.orrery.scheduler.notification.EvaluationStore.JobKey;

/**
 * A webhook as stored, without its secret.
 *
 * @param version number of the last edit
 * @param disabledReason the reason if the scheduler disabled the webhook; otherwise null
 * @param lastError the reason if the newest message that was tried was not delivered; otherwise
 *     null, also where it was not read
 */
record Webhook(
    long id,
    int appId,
    int version,
    WebhookDocument document,
    String disabledReason,
    String lastError) {

  /** Returns whether events of the job are for this webhook. */
  boolean concerns(JobKey job) {
    return appId == job.appId() && document.concerns(job.name());
  }

  String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
