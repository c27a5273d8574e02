package dev.orrery.scheduler.days;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Models the jobs of one app as the pages in docs/ describe them: on one thread, in memory, at the
 * time that the test sets. Each rule names its page. It shares no code with the service.
 */
final class ReferenceModel {
  /** jobs.md, misfire: "A fire is missed if no scheduler handled it within 10 seconds." */
  private static final Duration MISSED_AFTER = Duration.ofSeconds(10);

  /** decisions/0004: the scheduler itself ends an attempt two seconds after its worker should. */
  private static final Duration REPORT_MARGIN = Duration.ofSeconds(2);

  /** Oldest first, of runs whose ids are known. */
  static final Comparator<Run> BY_ID = Comparator.comparing(run -> Long.parseLong(run.id));

  private static final int MAX_CAUGHT_UP = 100;
  private static final int MAX_QUEUED = 1000;

  enum State {
    WAITING,
    RUNNING,
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    CANCELED,
    SKIPPED;

    boolean hasEnded() {
      return compareTo(RUNNING) > 0;
    }
  }

  enum Outcome {
    SUCCEEDED,
    FAILED,
    TIMED_OUT,
    CANCELED,
    NON_RETRYABLE
  }

  /** A job, from its creation to its deletion: another job may have the name later. */
  static final class Job {
    final String name;
    JobRules rules;
    int version = 1;
    boolean paused;
    boolean wasDisabled;
    boolean deleted;
    Instant anchor;
    Instant nextFire;

    Job(String name, JobRules rules) {
      this.name = name;
      this.rules = rules;
    }
  }

  static final class Run {
    final Job job;
    final int version;
    final JobRules rules;
    final Instant fireTime;
    final Run retryOf;
    final int priority;
    final Instant createdAt;

    /** Of the service; null of a fire that it has not shown yet. */
    String id;

    State state = State.WAITING;
    Instant dueAt;
    Instant startedAt;
    Instant endedAt;
    Instant deadline;
    String endReason;
    String cancelReason;
    Integer skipped;
    String worker;
    String result;

    /** True if it is due and only waits for a worker. */
    boolean ready;

    boolean queued;
    Instant queuedUntil;
    int attempt;
    int failures;
    int losses;

    Run(Job job, Instant fireTime, Run retryOf, Instant dueAt) {
      this.job = job;
      this.version = job.version;
      this.rules = job.rules;
      this.priority = job.rules.priority();
      this.fireTime = fireTime;
      this.retryOf = retryOf;
      this.dueAt = dueAt;
      this.createdAt = dueAt;
    }

    boolean isActive() {
      return !state.hasEnded();
    }

    boolean isFire() {
      return fireTime != null && retryOf == null;
    }
  }

  Instant now;
  boolean appPaused;

  /** Live jobs by name. */
  final Map<String, Job> jobs = new TreeMap<>();

  /** Oldest first. */
  final List<Run> runs = new ArrayList<>();

  /** Names of the connected workers, and how much each may run. */
  final Map<String, Integer> workers = new LinkedHashMap<>();

  private final Map<String, Keyed> keys = new HashMap<>();
  final AlarmModel alarms = new AlarmModel(this);
  final DeclarationModel declarations = new DeclarationModel(this);
  final FlowModel flows = new FlowModel(this);
  private final Duration cancelGrace;

  ReferenceModel(Instant now, Duration cancelGrace) {
    this.now = now;
    this.cancelGrace = cancelGrace;
  }

  // Jobs ------------------------------------------------------------------------------------------

  /** Returns the status of the answer. */
  int put(String name, JobRules rules) {
    if (flows.lacksJobs(rules)) {
      return 422;
    }
    Job job = jobs.get(name);
    if (job == null) {
      job = new Job(name, rules);
      jobs.put(name, job);
      startTrigger(job, null);
      alarms.written(job, null);
      return 201;
    }
    JobRules before = job.rules;
    if (before.equals(rules)) {
      // jobs.md, name: "Applying a changed document under the same name makes a new version".
      return 200;
    }
    change(job, rules);
    if (before.enabled() && !rules.enabled()) {
      job.wasDisabled = true;
      // jobs.md, enabled: "Disabling a job cancels the instances of its trigger that have not
      // started", those that wait for another attempt included.
      waiting(job).filter(Run::isFire).forEach(run -> end(run, State.CANCELED, "JOB_DISABLED"));
      settle();
    }
    return 200;
  }

  /** Stores another version, and cancels nothing. */
  void change(Job job, JobRules rules) {
    JobRules before = job.rules;
    job.rules = rules;
    job.version++;
    if (!Objects.equals(before.every(), rules.every()) || before.enabled() != rules.enabled()) {
      startTrigger(job, before);
    }
    alarms.written(job, before);
    // Those that are ready keep their places in a limit that has room for all of them.
    if (before.concurrency() == null || room(job) < 0) {
      waiting(job).forEach(run -> run.ready = false);
    }
    settle();
  }

  /**
   * jobs.md: "`every` counts from `from`, or from the creation of the job. Edits of other fields do
   * not change this start." and "Fire times before the last edit, enabling or resuming of the job
   * were never planned".
   */
  private void startTrigger(Job job, JobRules before) {
    JobRules rules = job.rules;
    if (rules.every() == null) {
      job.anchor = null;
      job.nextFire = null;
      return;
    }
    if (before == null || !rules.every().equals(before.every())) {
      job.anchor = now;
    }
    boolean fires = rules.enabled() && !job.paused && !appPaused;
    job.nextFire = fires ? fireAfter(job, now) : null;
  }

  private static Instant fireAfter(Job job, Instant at) {
    long periods = Duration.between(job.anchor, at).dividedBy(job.rules.every());
    return job.anchor.plus(job.rules.every().multipliedBy(periods + 1));
  }

  /** api.md: "cancels the job's instances that have not started; running ones continue". */
  void delete(String name) {
    Job job = jobs.remove(name);
    job.deleted = true;
    // It cannot be resumed any more.
    job.paused = false;
    job.nextFire = null;
    alarms.deleted(job);
    waiting(job).forEach(run -> end(run, State.CANCELED, "JOB_DELETED"));
    settle();
  }

  void setPaused(String name, boolean paused) {
    Job job = jobs.get(name);
    if (job.paused != paused) {
      job.paused = paused;
      followPause(job);
      if (!paused) {
        alarms.resumed(job);
      }
      settle();
    }
  }

  void setAppPaused(boolean paused) {
    if (appPaused != paused) {
      appPaused = paused;
      jobs.values().forEach(this::followPause);
      jobs.values().stream().filter(job -> !paused && !job.paused).forEach(alarms::resumed);
      settle();
    }
  }

  private void followPause(Job job) {
    if (job.paused || appPaused) {
      waiting(job).forEach(run -> run.ready = false);
    }
    startTrigger(job, job.rules);
  }

  private record Keyed(String call, Run run, Instant at) {}

  /** What a call that makes a run answers; the run is null where it is refused. */
  record Made(int status, Run run) {}

  /**
   * api.md, Idempotency: "Within a day, the same key with the same body returns the same ids,
   * whatever the order of its fields. The same key with another body, or for another call of the
   * app, gets 422." Later it may be forgotten.
   *
   * @param call with the fields of its body in one order
   */
  Made keyed(String key, String call, Supplier<Made> make) {
    Keyed before = keys.get(key);
    if (before != null) {
      return before.call().equals(call) ? new Made(202, before.run()) : new Made(422, null);
    }
    Made made = make.get();
    if (made.run() != null) {
      keys.put(key, new Keyed(call, made.run(), now));
    }
    return made;
  }

  /**
   * configuration.md, orrery.retention: "Number of ended instances to keep for each job, the
   * newest", "not within five minutes of their end"; keys go after a day.
   */
  void tidy(int kept) {
    Map<Job, Integer> newer = new HashMap<>();
    // Of fires that were made together, any may have the greater id.
    Comparator<Run> newestFirst =
        Comparator.comparing(run -> run.id == null ? Long.MIN_VALUE : -Long.parseLong(run.id));
    List<Run> ended =
        runs.stream().filter(run -> run.state.hasEnded()).sorted(newestFirst).toList();
    for (Run run : ended) {
      if (newer.merge(run.job, 1, Integer::sum) > kept
          && run.endedAt.isBefore(now.minus(Duration.ofMinutes(5)))) {
        runs.remove(run);
      }
    }
    keys.values().removeIf(key -> key.at().isBefore(now.minus(Duration.ofDays(1))));
  }

  // Runs ------------------------------------------------------------------------------------------

  Made run(String name, Duration in) {
    Job job = jobs.get(name);
    return job == null ? new Made(404, null) : add(new Run(job, null, null, now.plus(in)));
  }

  private Made add(Run run) {
    runs.add(run);
    settle();
    return new Made(202, run);
  }

  /**
   * decisions/0005: a manual retry keeps the fire time.
   *
   * @param onlyFailed whether the nodes of a flow that succeeded are reused
   */
  Made retry(Run run, boolean onlyFailed) {
    if (run.isActive() || run.job.deleted || (onlyFailed && !run.job.rules.isFlow())) {
      return new Made(run.isActive() ? 409 : run.job.deleted ? 404 : 422, null);
    }
    Run retry = new Run(run.job, run.fireTime, run, now);
    if (onlyFailed) {
      flows.retryFailed(run, retry);
    }
    return add(retry);
  }

  /**
   * Returns the status of the answer.
   *
   * @param once whether a repeated call is not a second cancel
   */
  int cancel(Run run, boolean once) {
    if (run.state.hasEnded()) {
      return 409;
    }
    if (run.cancelReason != null && !once) {
      flows.cancelAgain(run);
    }
    cancel(run, "CANCELED");
    settle();
    return 202;
  }

  /** jobs.md and flows.md: a waiting run ends at once, a running one is asked to stop. */
  void cancel(Run run, String reason) {
    if (run.state == State.WAITING) {
      end(run, State.CANCELED, reason);
    } else if (run.cancelReason == null) {
      run.cancelReason = reason;
      if (run.rules.isFlow()) {
        return;
      }
      Instant graceEnd = now.plus(cancelGrace);
      run.deadline =
          run.deadline == null || graceEnd.isBefore(run.deadline) ? graceEnd : run.deadline;
    }
  }

  /** jobs.md: one that fails later "is tried again, or is canceled", perhaps before this step. */
  void cancelInsteadOfRetry(Run run, String reason, Instant at) {
    boolean may =
        (reason.equals("JOB_DELETED") && run.job.deleted)
            || (reason.equals("JOB_DISABLED") && run.job.wasDisabled && run.isFire());
    if (may && run.state == State.WAITING && run.attempt > 0) {
      Instant seen = now;
      now = at;
      end(run, State.CANCELED, reason);
      settle();
      now = seen;
    }
  }

  void end(Run run, State state, String reason) {
    run.state = state;
    run.endReason = reason;
    run.endedAt = now;
    run.ready = false;
    run.deadline = null;
    alarms.ended(run);
  }

  private Stream<Run> ofJob(Job job) {
    return runs.stream().filter(run -> run.job == job && run.isActive());
  }

  private Stream<Run> waiting(Job job) {
    return ofJob(job).filter(run -> run.state == State.WAITING).toList().stream();
  }

  /** Makes ready what nothing holds back any more. */
  private void settle() {
    do {
      runs.stream().map(run -> run.job).distinct().forEach(this::settle);
    } while (flows.advance());
  }

  private void settle(Job job) {
    if (appPaused || job.paused) {
      return;
    }
    // decisions/0010: a queued fire waits until no instance of its job with a smaller id is left,
    // other queued fires apart; among these the first by fire time goes first.
    List<Run> active = ofJob(job).toList();
    active.stream()
        .filter(run -> run.queued && !run.dueAt.isAfter(now))
        .min(Comparator.comparing(run -> run.fireTime))
        .filter(first -> active.stream().takeWhile(run -> run != first).allMatch(run -> run.queued))
        .ifPresent(
            first -> {
              first.queued = false;
              first.queuedUntil = now;
            });
    long room = room(job);
    // jobs.md, concurrency: "the highest priority goes first, then the oldest".
    active.stream()
        .filter(run -> run.state == State.WAITING && !run.ready && !run.queued)
        .filter(run -> !run.dueAt.isAfter(now))
        .sorted(Comparator.comparing(run -> -run.priority))
        .limit(Math.max(room, 0))
        .forEach(run -> run.ready = true);
  }

  /**
   * Of nodes that start at once in several flows, any may be the oldest; the ids say which is.
   * jobs.md, concurrency: "then the oldest".
   */
  void learnId(Run run, String id) {
    run.id = id;
    List<Run> alike =
        runs.stream()
            .filter(other -> other.job == run.job && other.priority == run.priority)
            .filter(other -> other.createdAt.equals(run.createdAt) && other.id != null)
            .filter(other -> other.state == State.WAITING)
            .toList();
    List<Integer> places = alike.stream().map(runs::indexOf).toList();
    List<Boolean> ready = alike.stream().map(other -> other.ready).toList();
    List<Run> oldestFirst = alike.stream().sorted(BY_ID).toList();
    for (int i = 0; i < places.size(); i++) {
      runs.set(places.get(i), oldestFirst.get(i));
      oldestFirst.get(i).ready = ready.get(i);
    }
  }

  /** Returns how many more runs the limit lets start; below 0 if too many are ready or running. */
  long room(Job job) {
    Integer limit = job.rules.concurrency();
    return limit == null
        ? Long.MAX_VALUE
        : limit - ofJob(job).filter(run -> run.ready || run.state == State.RUNNING).count();
  }

  /** api.md, "Why an instance waits"; WORKER stands for CAPACITY and DISPATCH. */
  String waitingFor(Run run) {
    if (run.state != State.WAITING) {
      return null;
    }
    if (run.dueAt.isAfter(now)) {
      return run.attempt > 0 ? "BACKOFF" : "DUE_TIME";
    }
    if (run.ready) {
      return workers.isEmpty() ? "NO_WORKER" : "WORKER";
    }
    if (appPaused) {
      return "APP_PAUSED";
    }
    if (run.job.paused) {
      return "PAUSED";
    }
    return run.queued ? "OVERLAP" : "CONCURRENCY";
  }

  // Workers ---------------------------------------------------------------------------------------

  /**
   * How many of these priorities a worker with so much room gets: jobs.md, priority: "those with a
   * higher priority start first". Of equals it may get any.
   */
  Map<Integer, Integer> nextByPriority(int room) {
    Map<Integer, Integer> next = new TreeMap<>();
    runs.stream()
        .filter(run -> run.ready)
        .sorted(Comparator.comparing(run -> -run.priority))
        .limit(room)
        .forEach(run -> next.merge(run.priority, 1, Integer::sum));
    return next;
  }

  void start(Run run, String worker) {
    run.state = State.RUNNING;
    run.ready = false;
    run.worker = worker;
    run.attempt++;
    run.startedAt = now;
    run.deadline =
        run.rules.timeout() == null ? null : now.plus(run.rules.timeout()).plus(REPORT_MARGIN);
  }

  /** jobs.md, retry. */
  void report(Run run, Outcome outcome) {
    if (outcome == Outcome.SUCCEEDED) {
      end(run, State.SUCCEEDED, null);
    } else if (run.cancelReason != null) {
      end(run, State.CANCELED, run.cancelReason);
    } else if (outcome == Outcome.NON_RETRYABLE) {
      end(run, State.FAILED, "NON_RETRYABLE");
    } else if (++run.failures < run.rules.maxAttempts()) {
      Duration wait = run.rules.backoff().multipliedBy(1L << (run.failures - 1));
      again(run, wait.compareTo(Duration.ofMinutes(10)) < 0 ? wait : Duration.ofMinutes(10));
    } else {
      end(run, outcome == Outcome.TIMED_OUT ? State.TIMED_OUT : State.FAILED, null);
    }
    settle();
  }

  private void again(Run run, Duration in) {
    run.state = State.WAITING;
    run.startedAt = null;
    run.worker = null;
    run.deadline = null;
    if (!in.isZero()) {
      run.dueAt = now.plus(in);
    }
  }

  /** jobs.md, retry: lost attempts "run again at once", "up to `maxWorkerLosses`". */
  void lose(String worker) {
    workers.remove(worker);
    for (Run run : heldBy(worker)) {
      if (run.cancelReason != null) {
        end(run, State.CANCELED, run.cancelReason);
      } else if (++run.losses > run.rules.maxWorkerLosses()) {
        end(run, State.FAILED, "WORKER_LOST");
      } else {
        again(run, Duration.ZERO);
        // jobs.md, concurrency: "An instance whose worker was lost does" count.
        run.ready = !appPaused && !run.job.paused;
      }
    }
    settle();
  }

  List<Run> heldBy(String worker) {
    return runs.stream()
        .filter(run -> run.state == State.RUNNING && worker.equals(run.worker))
        .toList();
  }

  // Time ------------------------------------------------------------------------------------------

  /** The next time at which something happens by itself; null if nothing does. */
  Instant nextEvent() {
    Stream<Instant> fires = jobs.values().stream().map(job -> job.nextFire);
    Stream<Instant> due =
        runs.stream()
            .filter(run -> run.state == State.WAITING && run.dueAt.isAfter(now))
            .map(run -> run.dueAt);
    Stream<Instant> deadlines = runs.stream().map(run -> run.deadline);
    return Stream.of(
            fires, due, deadlines, alarms.nextEvents().stream(), flows.nextEvents().stream())
        .flatMap(times -> times)
        .filter(time -> time != null && time.isAfter(now))
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** Lets everything happen that is due, after an outage also what was due long ago. */
  void arriveAt(Instant time) {
    now = time;
    jobs.values().forEach(this::fire);
    settle();
    for (Run run : List.copyOf(runs)) {
      if (run.deadline != null && !run.deadline.isAfter(now)) {
        report(run, Outcome.TIMED_OUT);
      }
    }
  }

  private void fire(Job job) {
    if (job.nextFire == null || job.nextFire.isAfter(now)) {
      return;
    }
    List<Instant> due = new ArrayList<>();
    for (Instant at = job.nextFire; !at.isAfter(now); at = at.plus(job.rules.every())) {
      due.add(at);
    }
    job.nextFire = fireAfter(job, now);
    List<Instant> missed = due.stream().filter(at -> at.isBefore(now.minus(MISSED_AFTER))).toList();
    int most =
        switch (job.rules.misfire()) {
          case "skip" -> 0;
          case "fire-once" -> 1;
          default -> MAX_CAUGHT_UP;
        };
    Instant windowStart = now.minus(job.rules.catchUp());
    List<Instant> withinWindow = missed.stream().filter(at -> !at.isBefore(windowStart)).toList();
    int rest = missed.size() - Math.min(most, withinWindow.size());
    if (rest > 0) {
      Run skip = new Run(job, missed.get(rest - 1), null, missed.get(rest - 1));
      skip.skipped = rest;
      runs.add(skip);
      end(skip, State.SKIPPED, "MISSED");
    }
    List<Instant> candidates = due.subList(rest, due.size());
    boolean replaces = job.rules.overlap().equals("cancel-running");
    List<Run> before = ofJob(job).toList();
    for (Instant at : candidates) {
      Run run = new Run(job, at, null, at);
      boolean last = at.equals(candidates.get(candidates.size() - 1));
      if (replaces && last) {
        before.forEach(active -> cancel(active, "REPLACED"));
      }
      overlap(run, replaces && !last);
    }
  }

  /** jobs.md, overlap: the table. */
  private void overlap(Run run, boolean replaced) {
    boolean active = ofJob(run.job).findAny().isPresent();
    long queued = ofJob(run.job).filter(other -> other.queued).count();
    runs.add(run);
    String overlap = run.job.rules.overlap();
    if (replaced) {
      end(run, State.CANCELED, "REPLACED");
    } else if (active && !overlap.equals("allow")) {
      int most = overlap.equals("queue-one") ? 1 : overlap.equals("skip") ? 0 : MAX_QUEUED;
      if (queued < most) {
        run.queued = true;
      } else {
        end(run, State.SKIPPED, most == MAX_QUEUED ? "QUEUE_FULL" : "OVERLAP");
        run.skipped = 1;
      }
    }
  }
}
