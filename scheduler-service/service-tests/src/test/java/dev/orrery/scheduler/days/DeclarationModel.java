package dev.orrery.scheduler.days;

import dev.orrery.scheduler.days.ReferenceModel.Job;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Models the versions of one application that declare its jobs: api.md, Declarations. */
final class DeclarationModel {
  /** configuration.md, orrery.declarations.version-timeout. */
  private static final Duration VERSION_TIMEOUT = Duration.ofMinutes(3);

  /** configuration.md, orrery.declarations.grace. */
  private static final Duration GRACE = Duration.ofHours(24);

  /** The status of a job that was declared. */
  private static final class Declared {
    int version;
    Instant at;
    Integer missingFrom;
    Instant missingSince;
    Instant disabledAt;

    void found() {
      missingFrom = null;
      missingSince = null;
    }
  }

  private final ReferenceModel model;
  private final Map<Job, Declared> jobs = new HashMap<>();
  private Integer inForce;
  private Instant renewedAt;

  DeclarationModel(ReferenceModel model) {
    this.model = model;
  }

  /** Returns the outcome. */
  String declare(int version, boolean renew, Map<String, JobRules> documents) {
    if (inForce != null
        && version < inForce
        && renewedAt.plus(VERSION_TIMEOUT).isAfter(model.now)) {
      return "LEFT";
    }
    boolean renews = renew && inForce != null && version == inForce;
    inForce = version;
    renewedAt = model.now;
    if (renews) {
      jobs.forEach(
          (job, declared) -> {
            if (isLive(job) && documents.containsKey(job.name)) {
              declared.found();
            }
          });
      return "RENEWED";
    }
    documents.forEach((name, rules) -> declare(version, name, rules));
    jobs.forEach(
        (job, declared) -> {
          boolean lacks = isLive(job) && !documents.containsKey(job.name);
          if (lacks && (declared.missingFrom == null || declared.missingFrom != version)) {
            declared.missingFrom = version;
            declared.missingSince =
                declared.missingSince == null ? model.now : declared.missingSince;
          }
        });
    return "APPLIED";
  }

  private void declare(int version, String name, JobRules rules) {
    model.put(name, rules);
    Declared declared = jobs.computeIfAbsent(model.jobs.get(name), undeclared -> new Declared());
    declared.version = version;
    declared.at = model.now;
    declared.disabledAt = null;
    declared.found();
  }

  private boolean isLive(Job job) {
    return model.jobs.get(job.name) == job;
  }

  /** All workers offer the processor of all jobs. "No run is canceled: runs that wait are run". */
  void tidy() {
    jobs.forEach(
        (job, declared) -> {
          if (isLive(job)
              && job.rules.enabled()
              && declared.disabledAt == null
              && declared.missingSince != null
              && declared.missingSince.plus(GRACE).isBefore(model.now)
              && model.workers.isEmpty()) {
            model.change(job, job.rules.disabled());
            declared.disabledAt = model.now;
          }
        });
    if (jobs.keySet().stream().noneMatch(this::isLive)) {
      inForce = null;
    }
  }

  String statusOf(Job job) {
    Declared declared = jobs.get(job);
    return declared == null
        ? "owner=null"
        : "owner=%s declared=%s at %s missing=%s since %s disabled=%s"
            .formatted(
                Day.OWNER,
                declared.version,
                declared.at,
                declared.missingFrom,
                declared.missingSince,
                declared.disabledAt);
  }
}
