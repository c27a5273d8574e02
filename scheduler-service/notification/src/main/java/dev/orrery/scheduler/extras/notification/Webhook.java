package dev.orrery.scheduler.extras.notification;

import dev.orrery.scheduler.extras.notification.EvaluationStore.JobKey;

/**
 * A stored webhook, without its secret.
 *
 * @param version number of the last edit
 * @param disabledReason the reason if the scheduler disabled the webhook; otherwise null
 * @param hasKey whether a key of the receiver is stored
 * @param lastError the error of the newest message that was tried, if its delivery failed;
 *     otherwise null, also if it was not read
 */
record Webhook(
    long id,
    int appId,
    int version,
    WebhookDocument document,
    boolean hasKey,
    String disabledReason,
    String lastError) {

  boolean concerns(JobKey job) {
    return appId == job.appId() && document.concerns(job.name(), job.labels());
  }

  String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
