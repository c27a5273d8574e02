package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.model.job.document.JobDescription;
import java.time.Instant;

/**
 * Renders a message as an event of PagerDuty's Events API v2. Each alarm of a job has one incident,
 * which its end resolves.
 */
final class PagerDutyBody {
  private static final int MAX_SUMMARY = 1000;

  private PagerDutyBody() {}

  static ObjectNode of(
      WebhookPayload message,
      long webhook,
      String routingKey,
      MessageLanguage language,
      Instant now) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("routing_key", routingKey);
    body.put("event_action", ends(message.event()) ? "resolve" : "trigger");
    body.put("dedup_key", incident(message, webhook));
    body.put("client", "Orrery");
    if (message.link() != null) {
      body.put("client_url", message.link());
    }
    ObjectNode payload = body.putObject("payload");
    String error = language.error(message).map(text -> ": " + text).orElse("");
    payload.put(
        "summary", BoundedText.abbreviate(language.headline(message, now) + error, MAX_SUMMARY));
    payload.put("source", "orrery/" + message.app());
    payload.put("severity", severity(message.event()));
    payload.put("timestamp", message.at().toString());
    payload.put("group", message.app());
    payload.put("class", message.event().spelling());
    if (message.job() != null) {
      payload.put("component", message.job());
      ObjectNode details =
          payload
              .putObject("custom_details")
              .put("run", message.instance())
              .put("count", message.count());
      language.advice(message).ifPresent(advice -> details.put("advice", advice));
      describe(body, details, message.jobDescription());
    }
    return body;
  }

  private static boolean ends(WebhookEvent event) {
    return event == WebhookEvent.RECOVERED || event == WebhookEvent.CLOSED;
  }

  private static void describe(ObjectNode body, ObjectNode details, JobDescription job) {
    if (job.text() != null) {
      details.put("description", job.text());
    }
    job.labels().forEach((name, value) -> details.withObject("/labels").put(name, value));
    job.links()
        .forEach(
            link ->
                body.withArray("/links")
                    .addObject()
                    .put("href", link.url())
                    .put("text", link.title()));
  }

  private static String incident(WebhookPayload message, long webhook) {
    WebhookEvent about = message.of() == null ? message.event() : message.of();
    String job = message.job() == null ? "" : "/" + message.job();
    return "orrery/" + webhook + "/" + message.app() + job + "/" + about.spelling();
  }

  private static String severity(WebhookEvent event) {
    return switch (event) {
      case FAILED, RECOVERED, OVERDUE, PAUSED -> "error";
      case MISSED, LATE, SLOW, CLOSED -> "warning";
      case TEST -> "info";
    };
  }
}
