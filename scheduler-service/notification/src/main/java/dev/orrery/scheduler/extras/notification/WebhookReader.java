package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.json.WebAddress;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.model.job.document.LabelRules;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Reads and validates a webhook document. This is the only class that applies its defaults. */
final class WebhookReader {
  static final int MAX_URL = 2000;
  static final int MAX_KEY = 200;

  /** The maximum number of events in a document, which may repeat an event. */
  static final int MAX_EVENTS = 20;

  static final int MAX_JOBS = 1000;
  static final int MAX_THRESHOLD = 100;
  static final Duration MIN_DELAY = Duration.ofSeconds(1);
  static final Duration MAX_DELAY = Duration.ofDays(30);
  static final Duration MIN_REMINDER = Duration.ofHours(1);

  static final WebhookFormat DEFAULT_FORMAT = WebhookFormat.JSON;
  static final MessageLanguage DEFAULT_LANGUAGE = MessageLanguage.EN;
  static final int DEFAULT_THRESHOLD = 1;
  static final Duration DEFAULT_WINDOW = Duration.ofMinutes(10);
  static final Duration DEFAULT_LATE_AFTER = Duration.ofMinutes(1);

  private WebhookReader() {}

  /**
   * A document as written.
   *
   * @param key of the receiver; empty if it is not given
   */
  record Written(WebhookDocument document, Optional<String> key) {
    @Override
    public String toString() {
      return "Written[" + document + "]";
    }
  }

  /**
   * @param name the name in the path; a name in the document must be equal
   * @throws dev.orrery.scheduler.base.problem.ProblemException naming the first invalid field, with
   *     a list of all errors
   */
  static Written read(String name, JsonNode body) {
    ResourceName.require("webhook", name);
    JsonFields fields =
        JsonFields.collecting(body).ignoring("status").ignoring(DocumentChange.FIELDS);
    if (fields.text("name").filter(other -> !other.equals(name)).isPresent()) {
      fields.refuse("name", "must be absent, or the name in the path");
    }
    WebhookFormat format = fields.oneOf("format", WebhookFormat.values()).orElse(DEFAULT_FORMAT);
    Optional<String> key = fields.text("secret", MAX_KEY).map(String::strip);
    if (key.isPresent() && format.key() == WebhookFormat.Key.NONE) {
      fields.refuse("secret", "belongs to the formats dingtalk, feishu and pagerduty only");
    }
    WebhookDocument document =
        new WebhookDocument(
            name,
            format,
            fields.attempt(() -> url(fields, format)).orElse(null),
            fields.attempt(() -> events(fields)).orElse(null),
            fields.attempt(() -> jobs(fields)).flatMap(Function.identity()).orElse(null),
            fields.attempt(() -> labels(fields)).flatMap(Function.identity()).orElse(null),
            fields.integer("threshold", 1, MAX_THRESHOLD).orElse(DEFAULT_THRESHOLD),
            fields.duration("window", MIN_DELAY, MAX_DELAY).orElse(DEFAULT_WINDOW),
            fields.duration("lateAfter", MIN_DELAY, MAX_DELAY).orElse(DEFAULT_LATE_AFTER),
            fields.duration("remindAfter", MIN_REMINDER, MAX_DELAY).orElse(null),
            fields.oneOf("language", MessageLanguage.values()).orElse(DEFAULT_LANGUAGE),
            fields.flag("enabled").orElse(true));
    fields.refuseUnknown();
    fields.throwErrors();
    return new Written(document, key);
  }

  private static String url(JsonFields fields, WebhookFormat format) {
    String text = fields.requiredText("url").strip();
    if (text.length() > MAX_URL) {
      throw fields.invalid("url", "must be at most " + MAX_URL + " characters");
    }
    if (format == WebhookFormat.MAIL) {
      if (MailAddresses.of(text).isEmpty()) {
        throw fields.invalid(
            "url",
            "must be mailto: and 1 to "
                + MailAddresses.MAX
                + " addresses with commas, such as mailto:ops@example.org, and nothing else");
      }
      return text;
    }
    URI uri = WebAddress.require(fields, "url", text, "the signature tells the receiver who calls");
    if (uri.getPort() == 0 || uri.getPort() > 65_535) {
      throw fields.invalid("url", "must name a port from 1 to 65535, or none");
    }
    if (uri.getRawFragment() != null) {
      throw fields.invalid("url", "must not contain a fragment (#)");
    }
    return text;
  }

  private static List<WebhookEvent> events(JsonFields fields) {
    Optional<List<String>> names = fields.texts("events", MAX_EVENTS);
    if (names.isEmpty()) {
      return List.of(WebhookEvent.TO_CHOOSE);
    }
    List<WebhookEvent> events = new ArrayList<>();
    for (int i = 0; i < names.get().size(); i++) {
      String spelling = names.get().get(i);
      events.add(
          JsonFields.ofSpelling(WebhookEvent.TO_CHOOSE, spelling)
              .orElseThrow(() -> unknown(fields, spelling)));
    }
    if (events.isEmpty()) {
      throw fields.invalid("events", "must name at least one event, or be absent");
    }
    return events.stream().distinct().sorted().toList();
  }

  private static RuntimeException unknown(JsonFields fields, String spelling) {
    return fields.invalid(
        "events",
        "names '"
            + spelling
            + "'; it must name "
            + Arrays.stream(WebhookEvent.TO_CHOOSE)
                .map(WebhookEvent::spelling)
                .collect(Collectors.joining(", ")));
  }

  /** Returns an empty result for any labels. */
  private static Optional<Map<String, String>> labels(JsonFields fields) {
    Optional<Map<String, String>> labels = LabelRules.read(fields);
    if (labels.filter(Map::isEmpty).isPresent()) {
      throw fields.invalid(LabelRules.LABELS, "must have a label, or be absent for all jobs");
    }
    return labels;
  }

  /** Returns an empty result for all jobs. */
  private static Optional<List<String>> jobs(JsonFields fields) {
    Optional<List<String>> jobs = fields.texts("jobs");
    if (jobs.isEmpty()) {
      return jobs;
    }
    if (jobs.get().isEmpty() || jobs.get().size() > MAX_JOBS) {
      throw fields.invalid(
          "jobs", "must name 1 to " + MAX_JOBS + " jobs, or be absent for all of them");
    }
    for (int i = 0; i < jobs.get().size(); i++) {
      ResourceName.require(fields.pathOf("jobs[" + i + "]"), jobs.get().get(i));
    }
    return Optional.of(jobs.get().stream().distinct().sorted().toList());
  }
}
