package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.model.job.document.LabelRules;
import java.time.Duration;
import java.util.Map;

/** The JSON Schema of a webhook document, from the constants of its reader. */
public final class WebhookSchema {
  private WebhookSchema() {}

  public static Map<String, JsonSchema> components() {
    return Map.of(
        "Webhook",
        DocumentChange.addTo(
                document()
                    .optional(
                        "secret",
                        JsonSchema.text(WebhookReader.MAX_KEY)
                            .describedAs(
                                "Of a request: the key that dingtalk and feishu check, or the"
                                    + " routing key of pagerduty; kept if it is absent."))
                    .optional(
                        "status",
                        JsonSchema.component("WebhookStatus")
                            .describedAs(
                                "The state of the webhook, absent with dryRun; ignored in"
                                    + " requests.")))
            .describedAs("A webhook: where and for which events messages are sent.")
            .example(example()),
        "CreatedWebhook",
        document()
            .required(
                "status",
                JsonSchema.component("WebhookStatus").describedAs("The state of the webhook."))
            .optional(
                "secret",
                JsonSchema.text()
                    .describedAs(
                        "The key that signs messages of the format json; never shown again."))
            .describedAs("A webhook that was created, with its secret."));
  }

  private static JsonSchema document() {
    return JsonSchema.object()
        .optional(
            "name",
            JsonSchema.name().describedAs("Name of the webhook; in a PUT, that of the path."))
        .optional(
            "format",
            JsonSchema.oneOf(WebhookFormat.values())
                .describedAs("What the messages look like: signed JSON, or as a tool reads them.")
                .defaultsTo(WebhookReader.DEFAULT_FORMAT))
        .required(
            "url",
            JsonSchema.text(WebhookReader.MAX_URL)
                .describedAs(
                    "http or https, without user name and password; of mail, mailto: and up to "
                        + MailAddresses.MAX
                        + " addresses."))
        .optional(
            "events",
            JsonSchema.array(JsonSchema.oneOf(WebhookEvent.TO_CHOOSE), 1, WebhookReader.MAX_EVENTS)
                .orNull()
                .describedAs("Events to send; absent for all."))
        .optional(
            "jobs",
            JsonSchema.array(JsonSchema.name(), 1, WebhookReader.MAX_JOBS)
                .orNull()
                .describedAs("Names of jobs; absent for all of the app."))
        .optional(
            LabelRules.LABELS,
            LabelRules.schema()
                .with("minProperties", 1)
                .orNull()
                .describedAs(
                    "Only jobs with all of these labels; with 'jobs', those that are named there,"
                        + " too."))
        .optional(
            "threshold",
            JsonSchema.integer(1, WebhookReader.MAX_THRESHOLD)
                .describedAs("This many failures within the window make a job failing.")
                .defaultsTo(WebhookReader.DEFAULT_THRESHOLD))
        .optional(
            "window",
            duration("Time within which failures count together")
                .defaultsTo(WebhookReader.DEFAULT_WINDOW))
        .optional(
            "lateAfter",
            duration("How long an instance may wait after it was due")
                .defaultsTo(WebhookReader.DEFAULT_LATE_AFTER))
        .optional(
            "remindAfter",
            JsonSchema.duration()
                .orNull()
                .describedAs(
                    "After which a job that still fails is told again; from "
                        + WebhookReader.MIN_REMINDER
                        + " to "
                        + WebhookReader.MAX_DELAY
                        + "; absent for never."))
        .optional(
            "language",
            JsonSchema.oneOf(MessageLanguage.values())
                .describedAs("The language of all formats but json.")
                .defaultsTo(WebhookReader.DEFAULT_LANGUAGE))
        .optional(
            "enabled",
            JsonSchema.flag()
                .describedAs("Messages are sent only if this is true.")
                .defaultsTo(true));
  }

  private static JsonSchema duration(String description) {
    Duration least = WebhookReader.MIN_DELAY;
    Duration most = WebhookReader.MAX_DELAY;
    return JsonSchema.duration().describedAs(description + "; from " + least + " to " + most + ".");
  }

  private static ObjectNode example() {
    ObjectNode webhook = JsonNodeFactory.instance.objectNode();
    webhook.put("url", "https://hooks.example.org/orrery");
    webhook.putArray("events").add("failed").add("recovered");
    webhook.putArray("jobs").add("nightly");
    return webhook.put("threshold", 3).put("window", "PT10M");
  }
}
