package dev.orrery.scheduler.days;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.Assignment;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.AttemptReport;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.ReportResponse.Verdict;
import dev.orrery.scheduler.base.database.DatabaseCache;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.days.FlowModel.Flow;
import dev.orrery.scheduler.days.ReferenceModel.Job;
import dev.orrery.scheduler.days.ReferenceModel.Made;
import dev.orrery.scheduler.days.ReferenceModel.Outcome;
import dev.orrery.scheduler.days.ReferenceModel.Run;
import dev.orrery.scheduler.days.ReferenceModel.State;
import dev.orrery.scheduler.days.Step.Verb;
import dev.orrery.scheduler.extras.notification.ManualNotificationLoop;
import dev.orrery.scheduler.testkit.Api;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestApp.TokenRole;
import dev.orrery.scheduler.testkit.TestClient;
import dev.orrery.scheduler.testkit.TestClient.RefusedException;
import dev.orrery.scheduler.testkit.TestDatabase;
import dev.orrery.scheduler.testkit.TestWorker;
import io.quarkus.arc.Arc;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Takes steps in an app of its own, and compares the service with the model after each. */
final class Day implements AutoCloseable {
  static final Duration CANCEL_GRACE = Duration.ofSeconds(30);
  static final int HISTORY_PER_JOB = 4;

  /** Of the jobs that an application declares. */
  static final String OWNER = "shop";

  private static final Duration LONGEST = Duration.ofSeconds(10);
  private static final Duration EMPTY_POLL = Duration.ofMillis(30);
  private static final Duration STEP = Duration.ofMillis(1);
  private static final List<String> KEYS = List.of("red", "green");
  private static final List<String> PARAMETERS =
      List.of(
          "{\"a\":\"1\",\"b\":\"2\"}", "{\"b\":\"2\",\"a\":\"1\"}", "{\"a\":\"1\",\"b\":\"3\"}");
  private static final Set<String> CHORES =
      Set.of(
          "history per job",
          "idempotency keys",
          "end counts",
          "age of end counts",
          "deliveries",
          "undeclared jobs",
          "declarations without jobs");

  /** Calls that a client repeats until it has an answer; runs have a key. */
  private static final List<Verb> REPEATED =
      List.of(
          Verb.POLL,
          Verb.REPORT,
          Verb.RUN_WITH_KEY,
          Verb.RETRY_WITH_KEY,
          Verb.CANCEL,
          Verb.POLL,
          Verb.REPORT,
          Verb.PUT_JOB,
          Verb.DECLARE,
          Verb.PAUSE_JOB,
          Verb.RESUME_JOB,
          Verb.RESUME_APP,
          Verb.PUT_WEBHOOK);

  /** Changes whose effects a periodic query finds without a hint. */
  private static final List<Verb> UNHINTED =
      List.of(
          Verb.RUN,
          Verb.POLL,
          Verb.REPORT,
          Verb.CANCEL,
          Verb.RETRY,
          Verb.RESUME_JOB,
          Verb.RESUME_APP,
          Verb.PUT_JOB,
          Verb.DELETE_JOB,
          Verb.LOSE_WORKER);

  /**
   * The periodic query once in a second, and once in two for blocked runs and for flows, whose
   * nodes may start and end a few times.
   */
  private static final Duration WITHOUT_HINTS = Duration.ofSeconds(12);

  private static final int CAPACITY = 20;
  private static final int JOBS = 2;
  private static final String FLOW = "flow";
  private static final List<Duration> ADVANCES =
      List.of(
          Duration.ofSeconds(1),
          Duration.ofSeconds(20),
          Duration.ofMinutes(2),
          Duration.ofMinutes(6),
          Duration.ofMinutes(31));
  private static final List<Duration> OUTAGES =
      List.of(
          Duration.ofSeconds(15), Duration.ofMinutes(12), Duration.ofHours(3), Duration.ofDays(2));
  private static final String MESSAGES =
      """
      select coalesce(json_agg(json_build_object('id', d.id, 'hook', w.name, 'body', d.body::json)
        order by d.id), '[]')
      from webhook_delivery d join webhook w on w.id = d.webhook_id join app a on a.id = w.app_id
      where d.id > ? and a.name = ?
      """;
  private static final String STOPPING =
      """
      select count(*) from instance i join job j on j.id = i.job_id join app a on a.id = j.app_id
      where a.name = ? and i.state = 3 and i.cancel_requested_at is not null
      """;
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** The service does something else than the model permits. */
  static final class DifferenceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    DifferenceException(String difference) {
      super(difference);
    }
  }

  private record Answer(int status, JsonNode body) {}

  /** A worker as it sees itself. */
  private static final class Worker {
    final TestWorker session;

    /** Attempts of answers that it did not get. */
    final Set<AttemptRef> lost = new HashSet<>();

    long sequence;

    Worker(TestWorker session) {
      this.session = session;
    }
  }

  /** A worker whose session ended while it was frozen, with the attempts that it still runs. */
  private record Frozen(String name, Worker worker, List<AttemptRef> held) {}

  private enum Fault {
    NONE,
    ANSWER_LOST,
    COMMIT_FAILS,
    HINTS_LOST
  }

  private final TestApp app = TestApp.create();
  private final String token = app.token(TokenRole.OPERATOR);
  private final ReferenceModel model;
  private final Map<String, Worker> workers = new HashMap<>();
  private final Deque<Frozen> frozen = new ArrayDeque<>();
  private Fault fault = Fault.NONE;
  private final List<String> script = new ArrayList<>();
  private final List<String> messages = new ArrayList<>();
  private final Duration patience;
  private final URI health;
  private long lastMessage;
  private int taken;

  /** When the outage began that ended at this step; far away if none did. */
  private Instant outageFrom = Instant.MAX;

  /** The ends to read of each job. It changes with each call, as equal calls share a response. */
  private int ends;

  /**
   * @param patience the longest time from a change to its effect
   * @param health where the service says whether it is well, which no step changes
   */
  Day(Duration patience, URI health) {
    this.patience = patience;
    this.health = health;
    model = new ReferenceModel(MovedClock.now(), CANCEL_GRACE);
    MovedClock.forgetOutages();
  }

  /** Counts the kinds of ends and of messages of the day. */
  void countInto(Map<String, Integer> seen) {
    for (Run run : model.runs) {
      String reason = run.isActive() ? model.waitingFor(run) : run.endReason;
      seen.merge(run.state + (reason == null ? "" : " " + reason), 1, Integer::sum);
    }
    messages.forEach(message -> seen.merge(message, 1, Integer::sum));
  }

  /** The calls so far, as a person would repeat them. */
  List<String> script() {
    return script;
  }

  void take(List<Step> steps) {
    for (Step step : steps) {
      tick();
      taken++;
      try {
        take(step);
      } catch (RefusedException e) {
        throw new DifferenceException("A worker was refused: " + e.getMessage());
      }
      compare();
    }
  }

  /** No two calls are at the same time. */
  private void tick() {
    outageFrom = Instant.MAX;
    MovedClock.move(STEP, true);
    arrive(model.now.plus(STEP));
  }

  /** Returns the number of steps that have begun. */
  int taken() {
    return taken;
  }

  private void take(Step step) {
    String job = step.which() % 6 == 3 ? FLOW : "job-" + "ab".charAt(step.which() % JOBS);
    Job live = model.jobs.get(job);
    switch (step.verb()) {
      case PUT_JOB -> {
        JobRules rules = JobRules.of(step.how());
        if (job.equals(FLOW)) {
          rules = rules.asFlow(FlowNode.SHAPES.get(step.how() % FlowNode.SHAPES.size()));
        }
        expect(model.put(job, rules), call("PUT", "/jobs/" + job, rules.json()));
      }
      case DELETE_JOB -> {
        if (live != null) {
          model.delete(job);
          expect(204, call("DELETE", "/jobs/" + job, null));
        }
      }
      case DECLARE -> declare(step.which(), step.how());
      case PAUSE_JOB, RESUME_JOB -> {
        if (live != null) {
          boolean pause = step.verb() == Verb.PAUSE_JOB;
          model.setPaused(job, pause);
          expect(200, call("POST", "/jobs/" + job + (pause ? "/pause" : "/resume"), null));
        }
      }
      case PAUSE_APP, RESUME_APP -> {
        boolean pause = step.verb() == Verb.PAUSE_APP;
        model.setAppPaused(pause);
        expect(200, call("POST", pause ? "/pause" : "/resume", null));
      }
      case RUN -> {
        Duration in = step.how() % 10 == 0 ? Duration.ofSeconds(50) : Duration.ZERO;
        String body = in.isZero() ? "{}" : "{\"runAt\":\"" + model.now.plus(in) + "\"}";
        made(model.run(job, in), call("POST", "/jobs/" + job + "/instances", body));
      }
      case RUN_WITH_KEY -> {
        String key = KEYS.get(step.how() % KEYS.size());
        int body = step.how() / KEYS.size() % PARAMETERS.size();
        // The first two differ in their order only.
        String call = "run " + job + " " + Math.max(1, body);
        made(
            model.keyed(
                key,
                call,
                () -> live == null ? new Made(404, null) : model.run(job, Duration.ZERO)),
            send(
                key,
                "POST",
                app.path("/jobs/" + job + "/instances"),
                "{\"parameters\":" + PARAMETERS.get(body) + "}"));
      }
      case CANCEL ->
          withRun(
              step,
              run -> {
                boolean once = fault == Fault.ANSWER_LOST;
                String path = TestApp.instancePath(run.id, "/cancel" + (once ? "?once=true" : ""));
                expect(model.cancel(run, once), send(null, "POST", path, null));
              });
      case RETRY -> withRun(step, run -> retry(run, null, step.how() % 2 == 0));
      case RETRY_WITH_KEY ->
          withRun(
              step, run -> retry(run, KEYS.get(step.how() % KEYS.size()), step.how() / 2 % 3 == 0));
      case POLL -> poll(worker(step), 1 + step.how() % 3);
      case REPORT -> report(step.which(), step.how());
      case WORK -> {
        boolean flows = model.flows.all().stream().anyMatch(flow -> flow.run.isActive());
        poll(worker(step), CAPACITY);
        for (int more = 0; more < 1 + step.how() % 4; more++) {
          report(step.which(), step.how() / 8 + more * 3);
          if (flows) {
            // A flow goes on at once, at the time of the end that it waited for.
            compareRuns();
          }
          tick();
        }
      }
      case PUT_WEBHOOK -> {
        String hook = "hook-" + step.which() % 2;
        HookRules rules = HookRules.of(step.how() % 30);
        expect(model.alarms.put(hook, rules), call("PUT", "/webhooks/" + hook, rules.json()));
      }
      case DELETE_WEBHOOK -> {
        String hook = "hook-" + step.which() % 2;
        if (model.alarms.delete(hook)) {
          expect(204, call("DELETE", "/webhooks/" + hook, null));
        }
      }
      case JOIN -> join("worker-" + step.which() % 2);
      case LOSE_WORKER -> lose(worker(step), "dies");
      case FREEZE_WORKER -> freeze(step);
      case LOSE_ANSWER -> during(Fault.ANSWER_LOST, step, REPEATED);
      case FAIL_COMMIT -> {
        MovedClock.failCommit(true);
        during(Fault.COMMIT_FAILS, step, REPEATED);
        MovedClock.failCommit(false);
      }
      case LOSE_HINTS -> {
        LossyHints hints = Arc.container().instance(LossyHints.class).get();
        hints.lose(true);
        try {
          during(Fault.HINTS_LOST, step, UNHINTED);
        } finally {
          hints.lose(false);
        }
      }
      case TAKE_OVER -> takeOver();
      case ADVANCE -> advance(ADVANCES.get(step.how() % ADVANCES.size()));
      case OUTAGE -> {
        Duration outage = OUTAGES.get(step.how() % OUTAGES.size());
        script.add("# no scheduler for " + outage);
        outageFrom = model.now;
        MovedClock.move(outage, false);
        model.alarms.outage(model.now, model.now.plus(outage));
        arrive(model.now.plus(outage));
      }
      case TIDY -> {
        script.add("# housekeeping");
        MovedClock.lookAgain(Duration.ofDays(2));
        ManualNotificationLoop.evaluateAll();
        model.tidy(HISTORY_PER_JOB);
        model.declarations.tidy();
        RetentionConfig retention = Arc.container().instance(RetentionConfig.class).get();
        Arc.container().listAll(HousekeepingSource.class).stream()
            .flatMap(source -> source.get().chores(retention).stream())
            .filter(chore -> CHORES.contains(chore.name()))
            .forEach(chore -> chore.work().run());
      }
    }
  }

  // Faults ----------------------------------------------------------------------------------------

  private void during(Fault what, Step step, List<Verb> verbs) {
    fault = what;
    script.add("# " + what + ":");
    try {
      take(new Step(verbs.get(step.how() % verbs.size()), step.which(), step.how() / verbs.size()));
      compare();
    } finally {
      fault = Fault.NONE;
    }
  }

  /** Workers continue at a replica that knows nothing of them, and their last polls were lost. */
  private void takeOver() {
    script.add("# another replica takes over");
    workers.values().forEach(worker -> worker.sequence++);
    Arc.container().listAll(DatabaseCache.class).forEach(cache -> cache.get().forget());
    Arc.container().instance(HintBus.class).get().publishLocal(new Hint.Resync());
  }

  /** A worker is silent for longer than its lease, or one that was comes back. */
  private void freeze(Step step) {
    Frozen back = step.how() % 2 == 0 ? null : frozen.poll();
    if (back == null) {
      String name = worker(step);
      Worker worker = workers.get(name);
      frozen.add(new Frozen(name, worker, held(name, worker)));
      lose(name, "freezes");
      return;
    }
    script.add("# " + back.name() + " goes on after its session has ended");
    for (AttemptRef attempt : back.held()) {
      Verdict verdict = back.worker().session.report(attempt, AttemptReport.Outcome.SUCCEEDED);
      if (verdict != Verdict.STALE) {
        throw new DifferenceException("The verdict on the late " + attempt + " is " + verdict);
      }
    }
    try {
      List<Assignment> assignments =
          asked(back.worker(), CAPACITY, EMPTY_POLL, back.held()).attempts();
      throw new DifferenceException("A session that has ended got " + assignments);
    } catch (RefusedException e) {
      if (e.problem().code() != ErrorCode.SESSION_GONE) {
        throw e;
      }
    }
    join(back.name());
  }

  /** A process of one of three versions starts, or renews what it has declared. */
  private void declare(int which, int how) {
    int version = 1 + which % 3;
    boolean renew = how % 3 == 0;
    Map<String, JobRules> documents = new TreeMap<>();
    for (int job = 0; job < JOBS; job++) {
      if ((((how / 3 % 3) + 1) & (1 << job)) != 0) {
        documents.put("job-" + "ab".charAt(job), JobRules.of(how + 7 * job));
      }
    }
    List<String> jobs = new ArrayList<>();
    documents.forEach(
        (name, rules) -> jobs.add("{\"name\":\"" + name + "\"," + rules.json().substring(1)));
    String body =
        "{\"owner\":\"%s\",\"declaration\":{\"version\":\"%d\",\"renew\":%b},\"jobs\":[%s]}"
            .formatted(OWNER, version, renew, String.join(",", jobs));
    String outcome = model.declarations.declare(version, renew, documents);
    Answer answer = call("POST", "/jobs:apply", body);
    expect(200, answer);
    String found = text(answer.body().path("declaration"), "outcome");
    if (!found.equals(outcome)) {
      throw new DifferenceException("The declaration is " + found + " instead of " + outcome);
    }
  }

  private interface OfRun {
    void take(Run run);
  }

  private void withRun(Step step, OfRun taken) {
    if (!model.runs.isEmpty()) {
      // The newest are the most interesting.
      int back = Math.min(step.which() % 8, model.runs.size() - 1);
      taken.take(model.runs.get(model.runs.size() - 1 - back));
    }
  }

  private void retry(Run run, String key, boolean onlyFailed) {
    Supplier<Made> retry = () -> model.retry(run, onlyFailed);
    Answer answer =
        send(
            key,
            "POST",
            TestApp.instancePath(run.id, "/retry"),
            onlyFailed ? "{\"mode\":\"failed\"}" : null);
    // jobs.md: one that fails "is tried again, or is canceled", and that just now.
    if (answer.status() != 404 || !run.isActive() || !run.job.deleted) {
      made(
          key == null ? retry.get() : model.keyed(key, "retry " + run.id + " " + onlyFailed, retry),
          answer);
    }
  }

  private static void made(Made made, Answer answer) {
    expect(made.status(), answer);
    if (made.run() != null) {
      String id = answer.body().path("id").asText();
      if (made.run().id != null && !made.run().id.equals(id)) {
        throw new DifferenceException("The key returns " + id + ", not " + made.run().id);
      }
      made.run().id = id;
    }
  }

  // Workers ---------------------------------------------------------------------------------------

  private String worker(Step step) {
    List<String> names = List.copyOf(model.workers.keySet());
    if (names.isEmpty()) {
      join("worker-0");
      return "worker-0";
    }
    return names.get(step.which() % names.size());
  }

  private void join(String name) {
    if (!model.workers.containsKey(name)) {
      script.add("# " + name + " connects");
      workers.put(name, new Worker(app.workerLike().named(name).withCapacity(CAPACITY).join()));
      model.workers.put(name, CAPACITY);
    }
  }

  private void lose(String name, String how) {
    script.add("# " + name + " " + how);
    MovedClock.expire(workers.remove(name).session.session());
    model.lose(name);
    wakeLoop();
  }

  private void poll(String name, int free) {
    Worker worker = workers.get(name);
    deliverAgain(name, worker);
    List<AttemptRef> held = new ArrayList<>(held(name, worker));
    int room = Math.min(free, CAPACITY - held.size());
    Map<Integer, Integer> expected = model.nextByPriority(room);
    int left = expected.values().stream().mapToInt(Integer::intValue).sum();
    script.add("# " + name + " polls with " + room + " free slots");
    Map<Integer, Integer> got = new TreeMap<>();
    long deadline = System.nanoTime() + LONGEST.toNanos();
    do {
      List<Assignment> assignments =
          asked(worker, room, left == 0 ? EMPTY_POLL : LONGEST, held).attempts();
      // An order to cancel a run is answered at once, without runs.
      if (left > 0 && assignments.isEmpty() && System.nanoTime() > deadline) {
        // Meanwhile a lowered limit may have taken the places of runs whose worker was lost.
        compareRuns();
        if (!model.nextByPriority(room).isEmpty()) {
          throw new DifferenceException(name + " got nothing, instead of " + expected);
        }
        return;
      }
      for (Assignment assignment : assignments) {
        Run run = run(Long.toString(assignment.instance()));
        if (run == null || !run.ready || assignment.attempt() != run.attempt + 1) {
          throw new DifferenceException(name + " got " + assignment + ", which is not ready");
        }
        got.merge(run.priority, 1, Integer::sum);
        held.add(assignment.ref());
        room--;
        left--;
        model.start(run, name);
        script.add("#   and gets " + run.id + " of " + run.job.name + " attempt " + run.attempt);
      }
      if (fault == Fault.ANSWER_LOST && !assignments.isEmpty()) {
        assignments.forEach(assignment -> worker.lost.add(assignment.ref()));
        return;
      }
    } while (left > 0);
    if (!got.equals(expected)) {
      throw new DifferenceException(
          name + " got runs by priority " + got + " instead of " + expected);
    }
  }

  private List<AttemptRef> held(String name, Worker worker) {
    return model.heldBy(name).stream()
        .map(Day::ref)
        .filter(attempt -> !worker.lost.contains(attempt))
        .toList();
  }

  /**
   * architecture.md, crashes: after a lost answer the next poll "does not name them as held, so
   * they are sent again"; those to be canceled have ended then.
   */
  private void deliverAgain(String name, Worker worker) {
    List<Run> lost =
        model.heldBy(name).stream().filter(run -> worker.lost.contains(ref(run))).toList();
    if (lost.isEmpty()) {
      return;
    }
    List<AttemptRef> expected =
        lost.stream().filter(run -> run.cancelReason == null).map(Day::ref).sorted().toList();
    script.add("# " + name + " polls again, without free slots, after an answer was lost");
    Duration wait = expected.isEmpty() ? TestWorker.SHORT : LONGEST;
    List<AttemptRef> got =
        asked(worker, 0, wait, held(name, worker)).attempts().stream()
            .map(Assignment::ref)
            .sorted()
            .toList();
    if (!got.equals(expected)) {
      throw new DifferenceException(name + " got " + got + " again, instead of " + expected);
    }
    worker.lost.clear();
    lost.stream()
        .filter(run -> run.cancelReason != null)
        .forEach(run -> model.report(run, Outcome.CANCELED));
  }

  private PollResponse asked(Worker worker, int room, Duration wait, List<AttemptRef> held) {
    return repeated(
        () ->
            TestClient.answerOf(
                worker.session.poll(
                    ++worker.sequence, room, wait, held.toArray(AttemptRef[]::new))));
  }

  /** A worker repeats what was refused because the commit failed. */
  private <T> T repeated(Supplier<T> call) {
    try {
      return call.get();
    } catch (RefusedException e) {
      if (fault != Fault.COMMIT_FAILS || e.problem().code() != ErrorCode.UNAVAILABLE) {
        throw e;
      }
      script.add("#   is refused for now, and repeats it");
      return call.get();
    }
  }

  private static AttemptRef ref(Run run) {
    return new AttemptRef(Long.parseLong(run.id), run.attempt);
  }

  private Run run(String id) {
    return model.runs.stream().filter(run -> id.equals(run.id)).findFirst().orElse(null);
  }

  private void report(int which, int how) {
    List<Run> running =
        model.runs.stream()
            .filter(run -> run.state == State.RUNNING && run.worker != null)
            .filter(run -> !workers.get(run.worker).lost.contains(ref(run)))
            .toList();
    if (running.isEmpty()) {
      return;
    }
    Run run = running.get(which % running.size());
    Outcome outcome =
        List.of(
                Outcome.SUCCEEDED,
                Outcome.SUCCEEDED,
                Outcome.SUCCEEDED,
                Outcome.SUCCEEDED,
                Outcome.FAILED,
                Outcome.FAILED,
                Outcome.FAILED,
                Outcome.FAILED,
                Outcome.TIMED_OUT,
                Outcome.CANCELED,
                Outcome.NON_RETRYABLE)
            .get(how % 11);
    run.result = which % 3 == 0 ? null : which % 3 == 1 ? FlowNode.TAKEN : "no";
    script.add("# " + run.worker + " reports " + outcome + " of " + run.id + ": " + run.result);
    AttemptReport report =
        new AttemptReport(
            Long.parseLong(run.id),
            run.attempt,
            outcome == Outcome.NON_RETRYABLE
                ? AttemptReport.Outcome.FAILED
                : AttemptReport.Outcome.valueOf(outcome.name()),
            run.result,
            null,
            null,
            null,
            outcome == Outcome.NON_RETRYABLE ? Boolean.TRUE : null);
    Worker worker = workers.get(run.worker);
    model.report(run, outcome);
    List<Verdict> verdicts = new ArrayList<>(repeated(() -> worker.session.report(report)));
    List<Verdict> expected = new ArrayList<>(List.of(Verdict.ACCEPTED));
    if (fault == Fault.ANSWER_LOST) {
      verdicts.addAll(worker.session.report(report));
      expected.add(Verdict.ALREADY_ACCEPTED);
    }
    if (!verdicts.equals(expected)) {
      throw new DifferenceException("The verdicts are " + verdicts);
    }
  }

  // Time ------------------------------------------------------------------------------------------

  /** The scheduler is there all the time, so each event is handled when it is due. */
  private void advance(Duration by) {
    script.add("# " + by + " pass");
    Instant target = model.now.plus(by);
    Instant event = model.nextEvent();
    while (event != null && event.isBefore(target)) {
      MovedClock.move(Duration.between(model.now, event), true);
      arrive(event);
      compare();
      event = model.nextEvent();
    }
    MovedClock.move(Duration.between(model.now, target), true);
    arrive(target);
  }

  private void arrive(Instant time) {
    model.arriveAt(time);
    wakeLoop();
  }

  private static void wakeLoop() {
    Arc.container().instance(HintBus.class).get().dueIn(Duration.ZERO);
  }

  // Calls -----------------------------------------------------------------------------------------

  private Answer call(String method, String rest, String body) {
    return send(null, method, app.path(rest), body);
  }

  /** api.md, Atomicity: "Repeat the call", which changes nothing twice. */
  private Answer send(String key, String method, String path, String body) {
    Answer answer = sent(key, method, path, body);
    if (fault == Fault.COMMIT_FAILS && answer.status() == 503) {
      return sent(key, method, path, body);
    }
    if (fault == Fault.ANSWER_LOST) {
      Answer again = sent(key, method, path, body);
      if (again.status() >= 500 || (key != null && !again.equals(answer))) {
        throw new DifferenceException("The repeated call gets " + again + ", not " + answer);
      }
    }
    return answer;
  }

  private Answer sent(String key, String method, String path, String body) {
    Answer answer = ask(token, key, method, path, body);
    script.add(
        method
            + (key == null ? " " : " (key " + key + ") ")
            + path
            + (body == null ? "" : " " + body)
            + "  -> "
            + answer.status());
    return answer;
  }

  /** Leaves nothing that would fire on later days. */
  @Override
  public void close() {
    String path = Api.V1 + "/apps/" + app.name() + "?withContents=true";
    expect(204, ask(Api.adminToken(), null, "DELETE", path, null));
  }

  private Answer ask(String method, String path, String body) {
    return ask(token, null, method, path, body);
  }

  private static Answer ask(String token, String key, String method, String path, String body) {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + RestAssured.port + path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    if (key != null) {
      request.header("Idempotency-Key", key);
    }
    return answer(request.build());
  }

  private static Answer answer(HttpRequest request) {
    try {
      HttpResponse<String> response = HTTP.send(request, BodyHandlers.ofString());
      return new Answer(response.statusCode(), parsed(response.body()));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static JsonNode parsed(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(json, e);
    }
  }

  private static void expect(int status, Answer answer) {
    if (answer.status() != status) {
      throw new DifferenceException(
          "Status " + answer.status() + " instead of " + status + ": " + answer.body());
    }
  }

  // What is compared ------------------------------------------------------------------------------

  private void compareRuns() {
    same("runs", this::expectedRuns, this::actualRuns);
  }

  private void compare() {
    compareRuns();
    same("jobs", this::expectedJobs, this::actualJobs);
    same("workers", this::expectedWorkers, this::actualWorkers);
    same("statistics", this::expectedStatistics, this::actualStatistics);
    compareMessages();
    expect(200, answer(HttpRequest.newBuilder(health).build()));
  }

  private void compareMessages() {
    MovedClock.lookAgain(Duration.ofSeconds(10));
    ManualNotificationLoop.evaluateAll();
    List<String> found = new ArrayList<>();
    for (JsonNode row : parsed(TestDatabase.read(MESSAGES, lastMessage, app.name()))) {
      JsonNode body = row.path("body");
      lastMessage = row.path("id").asLong();
      String of = text(body, "of");
      found.add(
          String.join(
              " ",
              text(row, "hook"),
              text(body, "event"),
              text(body, "job"),
              of.equals("null") ? "-" : of + (body.has("reason") ? " " + text(body, "reason") : ""),
              text(body, "count"),
              text(body, "instance"),
              text(body, "at")));
    }
    List<String> expected = new ArrayList<>(model.alarms.evaluate(found));
    found.forEach(
        message -> messages.add(message.replaceAll("^\\S+ (\\S+) \\S+ (\\S+).*", "$1 $2")));
    found.replaceAll(this::ofAnyLastFailure);
    expected.replaceAll(this::ofAnyLastFailure);
    found.sort(null);
    expected.sort(null);
    if (!found.equals(expected)) {
      throw new DifferenceException(
          "messages differ:\n  expected " + expected + "\n  found    " + found);
    }
  }

  /** Of failures that ended at one time, {@code paused} may name any as the last. */
  private String ofAnyLastFailure(String message) {
    String[] fields = message.split(" ", -1);
    Run run = fields[1].equals("paused") ? run(fields[5]) : null;
    boolean isLast =
        run != null
            && Set.of(State.FAILED, State.TIMED_OUT).contains(run.state)
            && fields[6].equals(run.endedAt.toString());
    return isLast ? message.replace(fields[5], "LAST") : message;
  }

  /** Waits until both are the same: hints travel on other threads. */
  private void same(
      String what, Supplier<Map<String, String>> expected, Supplier<Map<String, String>> actual) {
    boolean soon = fault == Fault.NONE && !model.flows.isEnding();
    Duration most = soon ? patience : patience.plus(WITHOUT_HINTS);
    long deadline = System.nanoTime() + most.toNanos();
    Map<String, String> found = actual.get();
    Map<String, String> wanted = expected.get();
    while (!found.equals(wanted)) {
      if (System.nanoTime() > deadline) {
        throw new DifferenceException(difference(what, wanted, found));
      }
      Thread.onSpinWait();
      found = actual.get();
      wanted = expected.get();
    }
  }

  private static String difference(
      String what, Map<String, String> wanted, Map<String, String> found) {
    StringBuilder text = new StringBuilder(what).append(" differ:");
    wanted.forEach(
        (key, value) -> {
          if (!value.equals(found.get(key))) {
            text.append("\n  expected ").append(key).append(' ').append(value);
            text.append("\n  found    ").append(key).append(' ').append(found.get(key));
          }
        });
    found.forEach(
        (key, value) -> {
          if (!wanted.containsKey(key)) {
            text.append("\n  not expected ").append(key).append(' ').append(value);
          }
        });
    return text.toString();
  }

  /** Those that are active, or have a run whose id is not known yet, and the last ones. */
  private List<Flow> flows() {
    List<Flow> all = model.flows.all();
    return all.stream()
        .filter(
            flow ->
                flow.run.isActive()
                    || all.indexOf(flow) >= all.size() - 2
                    || Arrays.stream(flow.runs).anyMatch(run -> run != null && run.id == null))
        .toList();
  }

  private void addExpectedNodes(Map<String, String> all) {
    for (Flow flow : flows()) {
      for (int node = 0; node < flow.nodes.size(); node++) {
        Run itsRun = flow.runs[node];
        String run = itsRun == null ? "null" : Objects.toString(itsRun.id, "unknown");
        all.put(
            flow.run.id + " n" + node,
            "%s run=%s reused=%s".formatted(flow.stateOf(node), run, flow.reused[node]));
      }
    }
  }

  private void addActualNodes(Map<String, String> all) {
    for (Flow flow : flows()) {
      if (flow.run.id == null) {
        continue;
      }
      int node = 0;
      for (JsonNode item :
          ask("GET", TestApp.instancePath(flow.run.id, "/nodes"), null).body().path("items")) {
        boolean isNew = item.hasNonNull("instance") && !item.path("reused").asBoolean();
        if (isNew && flow.runs[node] != null && flow.runs[node].id == null) {
          model.learnId(flow.runs[node], text(item, "instance"));
        }
        all.put(
            flow.run.id + " n" + node++,
            "%s run=%s reused=%s"
                .formatted(text(item, "state"), text(item, "instance"), text(item, "reused")));
      }
    }
  }

  private Map<String, String> expectedRuns() {
    Map<String, String> all = new LinkedHashMap<>();
    for (Run run : model.runs) {
      String key = run.id == null ? run.job.name + " at " + run.fireTime : run.id;
      all.put(key, described(run));
    }
    addExpectedNodes(all);
    long stopping =
        model.runs.stream()
            .filter(run -> run.state == State.RUNNING && !run.rules.isFlow())
            .filter(run -> run.cancelReason != null)
            .count();
    return withStopping(all, () -> Long.toString(stopping));
  }

  /** A flow that ends stops its nodes a moment later, which decides when they are given up. */
  private Map<String, String> withStopping(Map<String, String> all, Supplier<String> stopping) {
    if (model.flows.isEnding()) {
      all.put("runs to stop", stopping.get());
    }
    return all;
  }

  private String described(Run run) {
    return String.join(
        " ",
        run.job.name,
        "v" + run.version,
        run.state.name(),
        Objects.toString(model.waitingFor(run), "-"),
        Objects.toString(run.endReason, "-"),
        "attempt=" + run.attempt,
        "due=" + run.dueAt,
        "fire=" + run.fireTime,
        "started=" + run.startedAt,
        "ended=" + run.endedAt,
        "skipped=" + run.skipped,
        "of=" + (run.retryOf == null ? "null" : run.retryOf.id),
        "priority=" + run.priority,
        "on=" + run.worker);
  }

  private Map<String, String> actualRuns() {
    Map<String, String> all = new LinkedHashMap<>();
    for (JsonNode item : instances()) {
      learnId(item);
      learnCancel(item);
      learnDueTime(item);
      String waiting = text(item, "waitingFor");
      learnTurn(item, waiting);
      all.put(
          text(item, "id"),
          String.join(
              " ",
              text(item, "job"),
              "v" + text(item, "jobVersion"),
              text(item, "state"),
              waiting.equals("null")
                  ? "-"
                  : waiting.equals("CAPACITY") || waiting.equals("DISPATCH") ? "WORKER" : waiting,
              text(item, "endReason").equals("null") ? "-" : text(item, "endReason"),
              "attempt=" + text(item, "attempt"),
              "due=" + text(item, "dueAt"),
              "fire=" + text(item, "fireTime"),
              "started=" + text(item, "startedAt"),
              "ended=" + text(item, "endedAt"),
              "skipped=" + text(item, "skippedCount"),
              "of=" + text(item, "retryOf"),
              "priority=" + text(item, "priority"),
              "on=" + text(item, "worker")));
    }
    addActualNodes(all);
    return withStopping(all, () -> TestDatabase.read(STOPPING, app.name()));
  }

  /** Reads the list on one page or, after every third step, on several. */
  private List<JsonNode> instances() {
    List<JsonNode> items = new ArrayList<>();
    String after = "";
    do {
      int limit = taken % 3 == 0 ? 7 : 500;
      JsonNode page = ask("GET", app.path("/instances?limit=" + limit + after), null).body();
      page.path("items").forEach(items::add);
      after = page.path("next").isNull() ? null : "&after=" + text(page, "next");
    } while (after != null);
    return items;
  }

  /** The service gives fires their ids. */
  private void learnId(JsonNode item) {
    String id = text(item, "id");
    boolean isFire = text(item, "retryOf").equals("null") && text(item, "parent").equals("null");
    if (isFire && run(id) == null) {
      model.runs.stream()
          .filter(run -> run.id == null && run.job.name.equals(text(item, "job")))
          .filter(run -> Objects.toString(run.fireTime).equals(text(item, "fireTime")))
          .findFirst()
          .ifPresent(run -> model.learnId(run, id));
    }
  }

  /** The service may or may not cancel a run that failed after a change of its job. */
  private void learnCancel(JsonNode item) {
    Run run = run(text(item, "id"));
    if (run != null && text(item, "state").equals("CANCELED")) {
      model.cancelInsteadOfRetry(
          run, text(item, "endReason"), Instant.parse(text(item, "endedAt")));
    }
  }

  /** flows.md: "may be some milliseconds before the end that it waited for". */
  private void learnDueTime(JsonNode item) {
    Run run = run(text(item, "id"));
    boolean isNode = run != null && !text(item, "parent").equals("null") && run.attempt == 0;
    if (isNode && text(item, "dueAt").equals(run.dueAt.minus(STEP).toString())) {
      run.dueAt = run.dueAt.minus(STEP);
    }
  }

  /**
   * jobs.md, concurrency: "When the turn of a queued fire comes, or after a time without a
   * scheduler, another instance may go first": the end of the one before may be committed between
   * two statements of an unblock, and fires and retries are made ready one after the other. After
   * the limit was lowered, an instance "whose worker is lost may wait for it".
   */
  private void learnTurn(JsonNode item, String waiting) {
    Run run = run(text(item, "id"));
    if (run == null) {
      return;
    }
    if (Set.of("NO_WORKER", "CAPACITY", "DISPATCH").contains(waiting)
        && "CONCURRENCY".equals(model.waitingFor(run))) {
      model.runs.stream()
          .filter(other -> other.job == run.job && other.ready)
          .filter(
              other ->
                  model.now.equals(other.queuedUntil)
                      || other.losses > 0
                      || other.dueAt.isAfter(outageFrom))
          .findFirst()
          .ifPresent(
              other -> {
                other.ready = false;
                run.ready = true;
              });
    } else if (waiting.equals("CONCURRENCY") && run.losses > 0 && model.room(run.job) < 0) {
      run.ready = false;
    }
  }

  private static String text(JsonNode item, String field) {
    JsonNode value = item.path(field);
    return value.isMissingNode() || value.isNull() ? "null" : value.asText();
  }

  private Map<String, String> expectedJobs() {
    Map<String, String> all = new TreeMap<>();
    model.jobs.forEach(
        (name, job) ->
            all.put(
                name,
                "v%d enabled=%s paused=%s next=%s overdue=%s %s"
                    .formatted(
                        job.version,
                        job.rules.enabled(),
                        job.paused,
                        job.nextFire,
                        model.alarms.overdueSince(job),
                        model.declarations.statusOf(job))));
    return all;
  }

  private Map<String, String> expectedWorkers() {
    Map<String, String> all = new TreeMap<>();
    model.workers.keySet().forEach(name -> all.put(name, "is connected"));
    return all;
  }

  private Map<String, String> actualWorkers() {
    Map<String, String> all = new TreeMap<>();
    String path = Api.V1 + "/workers?app=" + app.name();
    ask("GET", path, null)
        .body()
        .path("items")
        .forEach(item -> all.put(text(item, "name"), "is connected"));
    return all;
  }

  private Map<String, String> expectedStatistics() {
    Map<String, String> all = new TreeMap<>();
    for (Job job : model.jobs.values()) {
      List<Run> ended =
          model.runs.stream()
              .filter(run -> run.job == job && run.state.hasEnded())
              .sorted(ReferenceModel.BY_ID)
              .toList();
      Map<String, String> newest = new TreeMap<>();
      ended.stream()
          .skip(Math.max(0, ended.size() - ends))
          .forEach(run -> newest.put(run.id, run.state + " at " + run.endedAt));
      all.put(job.name, "failing=%s %s".formatted(model.alarms.failingSince(job), newest));
    }
    return all;
  }

  private Map<String, String> actualStatistics() {
    ends = ends % 40 + 1;
    Map<String, String> all = new TreeMap<>();
    for (JsonNode item :
        ask("GET", app.path("/job-statistics?last=" + ends), null).body().path("items")) {
      Map<String, String> newest = new TreeMap<>();
      for (JsonNode end : item.path("ends")) {
        newest.put(text(end, "id"), text(end, "state") + " at " + text(end, "endedAt"));
      }
      all.put(text(item, "job"), "failing=%s %s".formatted(text(item, "failingSince"), newest));
    }
    return all;
  }

  private Map<String, String> actualJobs() {
    Map<String, String> all = new TreeMap<>();
    JsonNode items = ask("GET", app.path("/jobs?limit=100"), null).body().path("items");
    for (JsonNode item : items) {
      JsonNode status = item.path("status");
      all.put(
          text(item, "name"),
          "v%s enabled=%s paused=%s next=%s overdue=%s %s"
              .formatted(
                  text(status, "version"),
                  text(item, "enabled"),
                  text(status, "paused"),
                  text(status, "nextFireTime"),
                  text(status, "overdueSince"),
                  declaration(status)));
    }
    return all;
  }

  private static String declaration(JsonNode status) {
    JsonNode declared = status.path("declaration");
    return declared.isMissingNode()
        ? "owner=" + text(status, "owner")
        : "owner=%s declared=%s at %s missing=%s since %s disabled=%s"
            .formatted(
                text(status, "owner"),
                text(declared, "version"),
                text(declared, "at"),
                text(declared, "missingFrom"),
                text(declared, "missingSince"),
                text(declared, "disabledAt"));
  }
}
