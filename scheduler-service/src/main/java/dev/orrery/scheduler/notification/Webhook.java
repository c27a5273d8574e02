package dev.orrery.scheduler.notification;

import dev.orrery.scheduler.notification.EvaluationStore.JobKey;

/**
 * A webhook as it is stored, without its key.
 *
 * @param version counts the edits
 * @param disabledReason why the scheduler disabled it; null if it did not
 */
record Webhook(long id, int appId, int version, WebhookDocument document, String disabledReason) {

  /** Returns whether events of the job are for this webhook. */
  boolean concerns(JobKey job) {
    return appId == job.appId() && document.concerns(job.name());
  }

  String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
