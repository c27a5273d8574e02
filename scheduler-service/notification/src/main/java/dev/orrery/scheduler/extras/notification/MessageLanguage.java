package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.orrery.protocol.text.Sentences;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.MissingView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The languages of messages that people read. Their sentences are in {@link Sentences}. */
@RegisterForReflection
@Schema(description = "The language of messages that people read.")
public enum MessageLanguage {
  EN(" "),
  ZH("");

  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss VV");
  private static final DateTimeFormatter DAY_AND_TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss VV");

  /** The reasons with which an instance fails or times out; the API has them as its error. */
  private static final EnumSet<EndReason> FAILURES =
      EnumSet.of(
          EndReason.WORKER_LOST,
          EndReason.NON_RETRYABLE,
          EndReason.PARTS_FAILED,
          EndReason.NODES_FAILED,
          EndReason.FLOW_TIMED_OUT,
          EndReason.NODE_TIMED_OUT);

  @SuppressWarnings("ImmutableEnumChecker") // It is, and protocol has no annotations.
  private final Sentences sentences;

  /** The separator between two sentences. */
  private final String space;

  MessageLanguage(String space) {
    this.sentences = Sentences.in(JsonFields.spelling(this));
    this.space = space;
  }

  @JsonValue
  public String spelling() {
    return JsonFields.spelling(this);
  }

  /**
   * Returns what happened to a job, such as "nightly failed at 02:31:07 Europe/Berlin".
   *
   * @param now when it is read; times of other days have their date
   */
  String headline(WebhookPayload message, Instant now) {
    Map<String, Object> values = values(message, now);
    return switch (message.event()) {
      case FAILED -> sentences.say(failed(message), values);
      case RECOVERED ->
          sentences.say(
              switch (message.of()) {
                case OVERDUE -> "alarm.recoveredOverdue";
                case SLOW -> "alarm.recoveredSlow";
                default -> "alarm.recovered";
              },
              values);
      case CLOSED -> {
        values.put("alarm", sentences.say("name." + message.of().spelling()));
        values.put("reason", sentences.say("closed." + message.reason()));
        yield sentences.say("alarm.closed", values);
      }
      case LATE -> {
        String late = sentences.say(message.count() > 1 ? "alarm.lateRuns" : "alarm.late", values);
        yield message.waitingFor() == null
            ? late
            : sentences.say("alarm.lateBecause", Map.of("late", late, "reason", waiting(message)));
      }
      case SLOW -> sentences.say(message.count() > 1 ? "alarm.slowRuns" : "alarm.slow", values);
      case MISSED, OVERDUE, PAUSED, TEST ->
          sentences.say("alarm." + message.event().spelling(), values);
    };
  }

  private String waiting(WebhookPayload message) {
    MissingView missing = message.missing();
    return sentences.waiting(
        message.waitingFor().name(),
        missing == null ? null : missing.processor(),
        missing == null ? List.of() : missing.tags());
  }

  private static String failed(WebhookPayload message) {
    if (message.since() != null) {
      return "alarm.stillFails";
    }
    return (InstanceState.TIMED_OUT.publicName().equals(message.state())
            ? "alarm.timedOut"
            : "alarm.failed")
        + (message.count() > 1 ? "Often" : "");
  }

  /** Returns the headline without numbers and times, under which a mail program groups mails. */
  String subject(WebhookPayload message) {
    return message.job() == null
        ? sentences.say("alarm.test")
        : message.job() + " " + sentences.say("name." + message.event().spelling());
  }

  /** Returns which limit was exceeded, and what to do. */
  Optional<String> advice(WebhookPayload message) {
    Map<String, Object> values = values(message, message.at());
    String event = "todo." + message.event().spelling();
    String cause = "todo." + message.waitingFor();
    boolean isKnown = !isLimited(message.event()) || message.limit() != null;
    String advice =
        (sentences.has(event) && isKnown ? sentences.say(event, values) + space : "")
            + (sentences.has(cause) ? sentences.say(cause, values) : "");
    return Optional.of(advice.strip()).filter(text -> !text.isEmpty());
  }

  private static boolean isLimited(WebhookEvent event) {
    return event == WebhookEvent.LATE
        || event == WebhookEvent.OVERDUE
        || event == WebhookEvent.SLOW;
  }

  /** Returns the error of a job, or in words why the scheduler or a worker ended the instance. */
  Optional<String> error(WebhookPayload message) {
    String error = message.error();
    if (error == null || message.event() == WebhookEvent.MISSED) {
      return Optional.empty();
    }
    if (FAILURES.stream().anyMatch(reason -> reason.name().equals(error))) {
      return Optional.of(sentences.say("endReason." + error));
    }
    String timeout = "timedOut." + error;
    if (!InstanceState.TIMED_OUT.publicName().equals(message.state()) || !sentences.has(timeout)) {
      return Optional.of(error);
    }
    Map<String, Object> values = values(message, message.at());
    boolean isOfRun = message.event() == WebhookEvent.PAUSED || message.count() == 1;
    values.put(
        "timeout",
        sentences.say(
            isOfRun && message.limit() != null ? "timeLimit.of" : "timeLimit.any", values));
    return Optional.of(sentences.say(timeout, values));
  }

  String about(String description) {
    return sentences.say("about.job", Map.of("text", description));
  }

  /** Returns what happened to several jobs of an app. */
  String headlineOfAll(WebhookEvent event, int jobs) {
    return sentences.say("jobs." + event.spelling(), Map.of("n", jobs));
  }

  /** Returns the end of a list that was cut. */
  String more(int count) {
    return sentences.say("jobs.more", Map.of("n", count));
  }

  /**
   * Returns the label of the link to the page of the run, or else of the job.
   *
   * @param isOneOfMany whether the message has such links of other jobs
   */
  String linkLabel(WebhookPayload message, boolean isOneOfMany) {
    return sentences.say(
        (message.instance() == null ? "link.job" : "link.run") + (isOneOfMany ? "Of" : ""),
        Map.of("job", message.job()));
  }

  private Map<String, Object> values(WebhookPayload message, Instant now) {
    ZoneId zone = message.zone() == null ? ZoneId.of("UTC") : ZoneId.of(message.zone());
    Map<String, Object> values = new HashMap<>();
    values.put("app", message.app());
    values.put("n", message.count());
    values.put("at", time(message.at(), now, zone));
    if (message.job() != null) {
      values.put("job", message.job());
    }
    if (message.since() != null) {
      values.put("since", time(message.since(), now, zone));
    }
    if (message.duration() != null) {
      values.put("duration", sentences.time(rounded(message.duration())));
    }
    if (message.limit() != null) {
      values.put("limit", sentences.time(message.limit()));
    }
    return values;
  }

  private static String time(Instant at, Instant now, ZoneId zone) {
    ZonedDateTime there = at.atZone(zone);
    boolean isToday = there.toLocalDate().equals(now.atZone(zone).toLocalDate());
    return there.format(isToday ? TIME : DAY_AND_TIME);
  }

  /** Nobody asks for the seconds of an hour. */
  private static Duration rounded(Duration duration) {
    if (duration.compareTo(Duration.ofDays(2)) >= 0) {
      return duration.truncatedTo(ChronoUnit.HOURS);
    }
    return duration.truncatedTo(
        duration.compareTo(Duration.ofMinutes(10)) < 0 ? ChronoUnit.SECONDS : ChronoUnit.MINUTES);
  }
}
