package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A webhook document with all defaults filled in.
 *
 * @param url of a chat tool, as that tool shows it
 * @param jobs names; null means all jobs of the app
 * @param labels that the jobs have; null means any
 * @param threshold number of failures within the window that make a job failing
 * @param lateAfter the time that an instance may wait after it is due
 * @param remindAfter the time after which a job that still fails is reported again; null for never
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
record WebhookDocument(
    String name,
    WebhookFormat format,
    String url,
    List<WebhookEvent> events,
    List<String> jobs,
    Map<String, String> labels,
    int threshold,
    Duration window,
    Duration lateAfter,
    Duration remindAfter,
    MessageLanguage language,
    boolean enabled) {

  boolean concerns(String job, Map<String, String> labelsOfJob) {
    return (jobs == null || jobs.contains(job))
        && (labels == null || labelsOfJob.entrySet().containsAll(labels.entrySet()));
  }
}
