package dev.orrery.scheduler.days;

import dev.orrery.scheduler.days.ReferenceModel.Job;
import dev.orrery.scheduler.days.ReferenceModel.Run;
import dev.orrery.scheduler.days.ReferenceModel.State;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/** Models the alarms of one app by notifications.md and the alerts of jobs.md. */
final class AlarmModel {
  /** jobs.md, alerts: after an outage a job "has a minute after the start". */
  private static final Duration CATCH_UP = Duration.ofMinutes(1);

  private static final Duration LATE_SUBSCRIBER = Duration.ofSeconds(61);

  /** The messages about a job that a webhook has got, as far as later ones depend on them. */
  private static final class Told {
    /** Alarms that have begun and not ended. */
    final Set<String> open = new HashSet<>();

    /** Failures that are too few for an alarm. */
    final List<Instant> failures = new ArrayList<>();

    /** Returns true if the alarm was open. */
    boolean end(String alarm) {
      if (alarm.equals("failed")) {
        failures.clear();
      }
      return open.remove(alarm);
    }
  }

  private static final class Hook {
    final HookRules rules;
    final Instant writtenAt;
    Map<Job, Told> told = new HashMap<>();

    Hook(HookRules rules, Instant writtenAt) {
      this.rules = rules;
      this.writtenAt = writtenAt;
    }

    Told of(Job job) {
      return told.computeIfAbsent(job, unknown -> new Told());
    }
  }

  /** The state of a job that its alerts depend on. */
  private static final class Watch {
    /** Ends of the failures since the last success. */
    final List<Run> failures = new ArrayList<>();

    /** How many of these do not count for a pause any more. */
    int failuresBefore;

    Instant countedFrom;
    Instant overdueSince;
    boolean slow;
  }

  private final ReferenceModel model;
  private final Map<String, Hook> hooks = new TreeMap<>();
  private final Map<Job, Watch> watches = new HashMap<>();

  /** Events to evaluate, oldest first. */
  private final List<Runnable> pending = new ArrayList<>();

  private final Set<Job> failedNow = new LinkedHashSet<>();
  private final List<String> messages = new ArrayList<>();
  private Instant outageFrom = Instant.MIN;
  private Instant outageUntil = Instant.MIN;

  AlarmModel(ReferenceModel model) {
    this.model = model;
  }

  // Webhooks --------------------------------------------------------------------------------------

  int put(String name, HookRules rules) {
    Hook before = hooks.get(name);
    if (before != null && before.rules.equals(rules)) {
      return 200;
    }
    // notifications.md: "An edit resets the state".
    hooks.put(name, new Hook(rules, model.now));
    return before == null ? 201 : 200;
  }

  boolean delete(String name) {
    return hooks.remove(name) != null;
  }

  // What happens to jobs --------------------------------------------------------------------------

  private Watch of(Job job) {
    return watches.computeIfAbsent(job, unknown -> new Watch());
  }

  /**
   * jobs.md: counted "from the creation of the job, the last change of the field, the enabling".
   */
  void written(Job job, JobRules before) {
    Watch watch = of(job);
    JobRules rules = job.rules;
    boolean disabled = before != null && before.enabled() && !rules.enabled();
    boolean enabled = before != null && !before.enabled() && rules.enabled();
    if (disabled) {
      List.of("failed", "overdue", "slow").forEach(alarm -> close(job, alarm, "DISABLED"));
      watch.overdueSince = null;
    }
    if (enabled) {
      watch.slow = false;
    }
    if (before == null || enabled || !Objects.equals(before.noSuccessFor(), rules.noSuccessFor())) {
      watch.countedFrom = model.now;
    }
    if (before == null || !Objects.equals(before.pauseAfter(), rules.pauseAfter())) {
      watch.failuresBefore = watch.failures.size();
    }
    if (before != null && before.noSuccessFor() != null && rules.noSuccessFor() == null) {
      close(job, "overdue", "ALERT_REMOVED");
      watch.overdueSince = null;
    }
    if (before != null && before.runsLongerThan() != null && rules.runsLongerThan() == null) {
      close(job, "slow", "ALERT_REMOVED");
      watch.slow = false;
    }
  }

  void deleted(Job job) {
    List.of("failed", "late", "overdue", "slow").forEach(alarm -> close(job, alarm, "DELETED"));
  }

  void resumed(Job job) {
    Watch watch = of(job);
    watch.countedFrom = model.now;
    watch.failuresBefore = watch.failures.size();
  }

  private void close(Job job, String alarm, String reason) {
    pending.add(() -> closeNow(job, alarm, reason));
  }

  private void closeNow(Job job, String alarm, String reason) {
    hooks.forEach(
        (name, hook) -> {
          if (hook.of(job).end(alarm) && hook.rules.tells("closed")) {
            tell(name, "closed", job, alarm + " " + reason, 1, null, model.now);
          }
        });
  }

  void ended(Run run) {
    Watch watch = of(run.job);
    switch (run.state) {
      case FAILED, TIMED_OUT -> {
        watch.failures.add(run);
        pending.add(() -> failed(run));
      }
      case SUCCEEDED -> {
        boolean failed = !watch.failures.isEmpty();
        watch.failures.clear();
        watch.failuresBefore = 0;
        watch.countedFrom = run.endedAt;
        pending.add(() -> succeeded(run, failed));
      }
      case SKIPPED -> {
        if (run.endReason.equals("MISSED")) {
          pending.add(() -> missed(run));
        }
      }
      default -> {}
    }
  }

  /** jobs.md, alerts: the time in which no scheduler ran. */
  void outage(Instant from, Instant until) {
    if (Duration.between(from, until).compareTo(Duration.ofMinutes(1)) > 0) {
      if (outageUntil.isBefore(from.minus(Duration.ofMinutes(10)))) {
        outageFrom = from;
      }
      outageUntil = until;
    }
  }

  // Evaluation ------------------------------------------------------------------------------------

  /**
   * Returns the messages since the last call, in any order.
   *
   * @param found those of the service, which decide where it may choose
   */
  List<String> evaluate(Collection<String> found) {
    List.copyOf(pending).forEach(Runnable::run);
    pending.clear();
    pauses();
    model.jobs.values().forEach(this::late);
    model.jobs.values().forEach(job -> overdue(job, found));
    model.jobs.values().forEach(this::slow);
    List<String> told = List.copyOf(messages);
    messages.clear();
    return told;
  }

  private void tell(String hook, String event, Job job, String of, int count, Run run, Instant at) {
    messages.add(message(hook, event, job, of, count, run, at));
  }

  private static String message(
      String hook, String event, Job job, String of, int count, Run run, Instant at) {
    String id = run == null ? null : run.id;
    return "%s %s %s %s %d %s %s".formatted(hook, event, job.name, of, count, id, at);
  }

  private void missed(Run run) {
    hooks.forEach(
        (name, hook) -> {
          if (hook.rules.tells("missed") && !run.job.deleted) {
            tell(name, "missed", run.job, "-", run.skipped, run, run.fireTime);
          }
        });
  }

  private void failed(Run run) {
    failedNow.add(run.job);
    hooks.forEach(
        (name, hook) -> {
          if ((hook.rules.tells("failed") || hook.rules.tells("recovered")) && !run.job.deleted) {
            failed(name, hook, run);
          }
        });
  }

  private void failed(String name, Hook hook, Run run) {
    Told told = hook.of(run.job);
    if (told.open.contains("failed")) {
      return;
    }
    told.failures.add(run.endedAt);
    told.failures.removeIf(at -> at.isBefore(run.endedAt.minus(hook.rules.window())));
    int count = told.failures.size();
    if (count >= hook.rules.threshold()) {
      told.open.add("failed");
      told.failures.clear();
      if (hook.rules.tells("failed")) {
        tell(name, "failed", run.job, "-", count, run, run.endedAt);
      }
    }
  }

  /** "Nothing but a success ends these alarms so." */
  private void succeeded(Run run, boolean failed) {
    Job job = run.job;
    if (failed) {
      recovered(run, "failed");
    }
    Watch watch = of(job);
    if (watch.overdueSince != null) {
      watch.overdueSince = null;
      recovered(run, "overdue");
    }
    // "unless another instance still runs for too long".
    Duration longest = job.rules.runsLongerThan();
    if (watch.slow
        && Duration.between(run.startedAt, run.endedAt).compareTo(longest) <= 0
        && slowRuns(job).isEmpty()) {
      watch.slow = false;
      recovered(run, "slow");
    }
  }

  private void recovered(Run run, String alarm) {
    hooks.forEach(
        (name, hook) -> {
          boolean told = hook.of(run.job).open.contains(alarm) && hook.of(run.job).end(alarm);
          if (told
              && hook.rules.tells("recovered")
              && (!run.job.deleted || alarm.equals("failed"))) {
            tell(name, "recovered", run.job, alarm, 1, run, run.endedAt);
          }
        });
  }

  /** jobs.md, onFailure: "none from before the last resume". */
  private void pauses() {
    for (Job job : failedNow) {
      Watch watch = of(job);
      Integer most = job.rules.pauseAfter();
      List<Run> counted = watch.failures.subList(watch.failuresBefore, watch.failures.size());
      if (most != null && !job.deleted && !job.paused && counted.size() >= most) {
        Run last = counted.get(counted.size() - 1);
        model.setPaused(job.name, true);
        hooks.forEach(
            (name, hook) -> {
              if (hook.rules.tells("paused")) {
                tell(name, "paused", job, "-", most, last, last.endedAt);
              }
            });
      }
    }
    failedNow.clear();
  }

  private void late(Job job) {
    hooks.forEach(
        (name, hook) -> {
          Instant bound = model.now.minus(hook.rules.lateAfter());
          List<Run> late =
              oldest(job)
                  .filter(run -> run.state == State.WAITING && run.dueAt.isBefore(bound))
                  .sorted(oldestFirst(run -> run.dueAt))
                  .toList();
          Told told = hook.of(job);
          boolean looks = hook.rules.tells("late");
          if (told.open.contains("late") && (late.isEmpty() || !looks)) {
            told.end("late");
            if (hook.rules.tells("closed")) {
              tell(name, "closed", job, "late NONE_WAITS", 1, null, model.now);
            }
          } else if (looks && !late.isEmpty() && !isPaused(job) && told.open.add("late")) {
            tell(name, "late", job, "-", late.size(), late.get(0), late.get(0).dueAt);
          }
        });
  }

  private void overdue(Job job, Collection<String> found) {
    Watch watch = of(job);
    Instant at = overdueAt(job);
    if (watch.overdueSince == null && at != null && !at.isAfter(model.now) && !catchesUp(job, at)) {
      watch.overdueSince = model.now;
    }
    if (watch.overdueSince == null) {
      return;
    }
    hooks.forEach(
        (name, hook) -> {
          Told told = hook.of(job);
          String message = message(name, "overdue", job, "-", 1, null, watch.overdueSince);
          if (hook.rules.tells("overdue") && !told.open.contains("overdue")) {
            // notifications.md: a webhook that comes later is told within a minute.
            Instant since = max(watch.overdueSince, max(hook.writtenAt, watch.countedFrom));
            boolean must =
                watch.overdueSince.equals(model.now)
                    || (!isPaused(job) && since.plus(LATE_SUBSCRIBER).isBefore(model.now));
            if (must || found.contains(message)) {
              told.open.add("overdue");
              messages.add(message);
            }
          }
        });
  }

  private boolean isPaused(Job job) {
    return job.paused || model.appPaused;
  }

  private static Instant max(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  /** When the job becomes overdue; null if it does not. */
  private Instant overdueAt(Job job) {
    JobRules rules = job.rules;
    return rules.noSuccessFor() == null || !rules.enabled() || isPaused(job)
        ? null
        : of(job).countedFrom.plus(rules.noSuccessFor());
  }

  private boolean catchesUp(Job job, Instant at) {
    return !at.isBefore(outageFrom)
        && !at.isAfter(outageUntil)
        && model.now.isBefore(outageUntil.plus(job.rules.noSuccessFor()))
        && (model.now.isBefore(outageUntil.plus(CATCH_UP))
            || model.runs.stream().anyMatch(run -> run.job == job && run.isActive()));
  }

  private List<Run> slowRuns(Job job) {
    Duration longest = job.rules.runsLongerThan();
    return oldest(job)
        .filter(run -> run.state == State.RUNNING && longest != null)
        .filter(run -> !run.startedAt.isAfter(model.now.minus(longest)))
        .sorted(oldestFirst(run -> run.startedAt))
        .toList();
  }

  /** notifications.md: an alarm counts runs "among the 100 oldest of the job". */
  private Stream<Run> oldest(Job job) {
    return model.runs.stream()
        .filter(run -> run.job == job && run.isActive())
        .sorted(ReferenceModel.BY_ID)
        .limit(100);
  }

  private static Comparator<Run> oldestFirst(Function<Run, Instant> time) {
    return Comparator.comparing(time).thenComparing(ReferenceModel.BY_ID);
  }

  private void slow(Job job) {
    List<Run> slow = slowRuns(job);
    if (!of(job).slow && !slow.isEmpty()) {
      of(job).slow = true;
      hooks.forEach(
          (name, hook) -> {
            if (hook.rules.tells("slow")) {
              hook.of(job).open.add("slow");
              tell(name, "slow", job, "-", slow.size(), slow.get(0), slow.get(0).startedAt);
            }
          });
    }
  }

  /** api.md: "the end of the first failure after the last success". */
  Instant failingSince(Job job) {
    List<Run> failures = of(job).failures;
    return failures.isEmpty() ? null : failures.get(0).endedAt;
  }

  Instant overdueSince(Job job) {
    return of(job).overdueSince;
  }

  /** Times at which alarms begin by themselves. */
  List<Instant> nextEvents() {
    List<Instant> times = new ArrayList<>();
    for (Job job : model.jobs.values()) {
      Instant at = overdueAt(job);
      if (at != null && of(job).overdueSince == null) {
        times.add(at);
        if (!at.isAfter(outageUntil)) {
          times.add(outageUntil.plus(CATCH_UP));
          times.add(outageUntil.plus(job.rules.noSuccessFor()));
        }
      }
    }
    for (Run run : model.runs) {
      if (run.state == State.RUNNING && run.job.rules.runsLongerThan() != null) {
        times.add(run.startedAt.plus(run.job.rules.runsLongerThan()));
      }
      if (run.state == State.WAITING) {
        hooks
            .values()
            .forEach(hook -> times.add(run.dueAt.plus(hook.rules.lateAfter()).plusMillis(1)));
      }
    }
    return times;
  }
}
