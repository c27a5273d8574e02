package dev.orrery.scheduler.notification;

/**
 * A webhook as it is stored, without its key.
 *
 * @param version counts the edits
 * @param disabledReason why the scheduler itself disabled it; null where it did not
 */
record Webhook(long id, int appId, int version, WebhookDocument document, String disabledReason) {

  String etag() {
    return "\"" + id + "-" + version + "\"";
  }
}
