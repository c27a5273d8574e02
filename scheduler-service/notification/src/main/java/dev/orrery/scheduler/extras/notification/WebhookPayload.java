package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Changed;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Failing;
import dev.orrery.scheduler.extras.notification.EvaluationStore.PendingEvent;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Told;
import dev.orrery.scheduler.extras.notification.EvaluationStore.Waits;
import dev.orrery.scheduler.extras.notification.JobFactsStore.JobFacts;
import dev.orrery.scheduler.extras.notification.WatchStore.Looked;
import dev.orrery.scheduler.extras.notification.WatchStore.Overdue;
import dev.orrery.scheduler.extras.notification.WatchStore.Slow;
import dev.orrery.scheduler.extras.notification.WatchStore.Subscriber;
import dev.orrery.scheduler.extras.notification.WatchStore.ToPause;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.MissingView;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.job.document.JobDescription;
import dev.orrery.scheduler.model.job.document.JobLink;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The body of a webhook message.
 *
 * @param job null for a test
 * @param instance the id of the instance that caused the event; null for a test, and if none is
 *     known of a job that was overdue
 * @param state its state, as the API spells it; null without an instance
 * @param error its error, truncated; null if there is none
 * @param at when the instance ended, became due or started, when the last missed fire was due, or
 *     when the job was found to be overdue, by the database's clock; for a test, when it was
 *     requested, by the clock of the replica
 * @param count number of failures within the window or in a row, of missed fires, or of late or
 *     slow instances; otherwise 1
 * @param waitingFor why the late instance waits; otherwise null
 * @param missing what no connected worker has, if it waits for that; otherwise null
 * @param since for a reminder, and a recovery from failures, when the job began to fail; for an
 *     overdue job, when it last succeeded, or from when on a success is expected; otherwise null
 * @param duration how long the job had been failing, waiting, running or without a success when the
 *     message was created, in whole seconds; null for events that do not last
 * @param limit what it exceeded: an alert or the time-out of the job, or the window or {@code
 *     lateAfter} of the webhook; otherwise null
 * @param zone of the trigger of the job; null if it has none
 * @param of the event that has ended, if it has; otherwise null
 * @param reason why it ended, if not by a success; otherwise null
 * @param link the page of the instance, or of the job; null without {@code orrery.public-url}
 * @param description the description of the job when the message was created; null for none, and
 *     for a test
 * @param labels of the job; null or empty for none
 * @param links of the job; null or empty for none
 * @param moreLinks the number of links of the job that did not fit into the message; null for none
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
    MissingView missing,
    Instant since,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Duration duration,
    @JsonFormat(shape = JsonFormat.Shape.STRING) Duration limit,
    String zone,
    WebhookEvent of,
    AlarmEnd reason,
    String link,
    String description,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> labels,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<JobLink> links,
    Integer moreLinks) {
  /** Characters of all titles and addresses; a webhook may have a thousand messages. */
  private static final int MAX_LINKS = 4000;

  JobDescription jobDescription() {
    return new JobDescription(description, labels, links);
  }

  static Draft of(WebhookEvent event, PendingEvent pending, int count, RunLinks links) {
    return new Draft(event, pending.job().app(), pending.job().name(), pending.at())
        .count(count)
        .instance(pending.instance(), InstanceState.ofCode(pending.state()), links)
        .error(pending.error());
  }

  /**
   * Returns that a failing job has succeeded.
   *
   * @param since when it began to fail
   */
  static Draft recovered(PendingEvent success, Instant since, RunLinks links) {
    return new Draft(
            WebhookEvent.RECOVERED, success.job().app(), success.job().name(), success.at())
        .instance(success.instance(), InstanceState.SUCCEEDED, links)
        .since(since)
        .ends(WebhookEvent.FAILED);
  }

  /** Returns that an alarm has ended without a success. */
  static Draft closed(Told alarm, AlarmEnd reason, RunLinks links) {
    return new Draft(WebhookEvent.CLOSED, alarm.app(), alarm.job(), alarm.at())
        .instance(null, null, links)
        .ends(alarm.alarm())
        .because(reason);
  }

  /**
   * @param waits null if it is not known why
   */
  static Draft late(Changed changed, Waits waits, RunLinks links) {
    return new Draft(WebhookEvent.LATE, changed.app(), changed.job(), changed.at())
        .count(changed.number())
        .instance(changed.instance(), InstanceState.READY, links)
        .waits(waits);
  }

  /** Returns that a job still fails. */
  static Draft reminder(Failing failing, RunLinks links) {
    return new Draft(WebhookEvent.FAILED, failing.app(), failing.job(), failing.at())
        .instance(failing.instance(), InstanceState.ofCode(failing.state()), links)
        .error(failing.error())
        .since(failing.since());
  }

  /** Returns that a job has not succeeded for too long; the same as a reminder. */
  static Draft overdue(Overdue overdue, RunLinks links) {
    return of(WebhookEvent.OVERDUE, overdue.subscriber(), overdue.at())
        .instance(null, null, links)
        .since(overdue.since());
  }

  /**
   * Returns that an overdue or slow job has succeeded.
   *
   * @param alarm that has ended
   */
  static Draft recovered(
      WebhookEvent alarm, Subscriber subscriber, Looked success, RunLinks links) {
    return of(WebhookEvent.RECOVERED, subscriber, success.recoveredAt())
        .instance(success.success(), InstanceState.SUCCEEDED, links)
        .ends(alarm);
  }

  static Draft slow(Subscriber subscriber, Slow slow, RunLinks links) {
    return of(WebhookEvent.SLOW, subscriber, slow.at())
        .count(slow.number())
        .instance(slow.instance(), InstanceState.RUNNING, links);
  }

  /** Returns that the scheduler has paused a job. */
  static Draft paused(Subscriber subscriber, ToPause job, RunLinks links) {
    return of(WebhookEvent.PAUSED, subscriber, job.at())
        .count(job.failures())
        .instance(
            job.instance(), job.state() == null ? null : InstanceState.ofCode(job.state()), links)
        .error(job.error());
  }

  private static Draft of(WebhookEvent event, Subscriber subscriber, Instant at) {
    return new Draft(event, subscriber.app(), subscriber.job(), at);
  }

  static WebhookPayload test(String app, Instant at) {
    return new Draft(WebhookEvent.TEST, app, null, at).about(JobFacts.NONE);
  }

  /** A message that lacks the facts about its job. */
  static final class Draft {
    private final WebhookEvent event;
    private final String app;
    private final String job;
    private final Instant at;
    private int count = 1;
    private String instance;
    private String state;
    private String link;
    private String error;
    private Waits waits = new Waits(null, null);
    private Instant since;
    private WebhookEvent of;
    private AlarmEnd reason;

    Draft(WebhookEvent event, String app, String job, Instant at) {
      this.event = event;
      this.app = app;
      this.job = job;
      this.at = at;
    }

    Draft count(int number) {
      count = number;
      return this;
    }

    /**
     * @param id null if none is known; the link is that of the job then
     */
    Draft instance(Long id, InstanceState ofInstance, RunLinks links) {
      instance = id == null ? null : Long.toString(id);
      state = id == null ? null : ofInstance.publicName();
      link = id == null ? links.ofJob(app, job) : links.of(app, id);
      return this;
    }

    Draft error(String text) {
      error = text;
      return this;
    }

    Draft waits(Waits why) {
      waits = why == null ? waits : why;
      return this;
    }

    Draft since(Instant begin) {
      since = begin;
      return this;
    }

    Draft ends(WebhookEvent ended) {
      of = ended;
      return this;
    }

    Draft because(AlarmEnd why) {
      reason = why;
      return this;
    }

    WebhookEvent event() {
      return event;
    }

    /** Returns the id of the run that timed out; null if none did. */
    Long timedOut() {
      return InstanceState.TIMED_OUT.publicName().equals(state) ? Long.valueOf(instance) : null;
    }

    /** Returns the message with the facts about its job. */
    WebhookPayload about(JobFacts job) {
      List<JobLink> links = new ArrayList<>();
      int room = MAX_LINKS;
      for (JobLink one : job.description().links()) {
        room -= one.title().length() + one.url().length();
        if (room < 0) {
          break;
        }
        links.add(one);
      }
      int moreLinks = job.description().links().size() - links.size();
      return new WebhookPayload(
          event,
          app,
          this.job,
          instance,
          state,
          error,
          at,
          count,
          waits.reason(),
          waits.missing(),
          since,
          duration(job.now()),
          job.limit(event, count),
          job.zone(),
          of,
          reason,
          link,
          job.description().text(),
          job.description().labels(),
          List.copyOf(links),
          moreLinks == 0 ? null : moreLinks);
    }

    private Duration duration(Instant now) {
      Instant begin =
          switch (event) {
            case LATE, SLOW -> at;
            case FAILED, RECOVERED, OVERDUE -> since;
            case CLOSED, MISSED, PAUSED, TEST -> null;
          };
      Instant end = event == WebhookEvent.RECOVERED || now == null ? at : now;
      return begin == null ? null : Duration.between(begin, end).truncatedTo(ChronoUnit.SECONDS);
    }
  }
}
