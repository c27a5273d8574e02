package dev.orrery.worker.binding.declare;

import dev.orrery.client.OrreryClient;
import dev.orrery.client.OrreryException;
import dev.orrery.protocol.json.JsonException;
import dev.orrery.worker.binding.declare.DeclareStatus.Phase;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Declares the jobs of an application to the scheduler on a thread of its own, and repeats this
 * each minute. The repetition keeps the version in force, and is the next try after a refusal.
 */
public final class JobDeclarer implements AutoCloseable {
  private static final Logger LOG = System.getLogger(JobDeclarer.class.getName());
  private static final int TOO_MANY_REQUESTS = 429;

  private final DeclareSettings settings;
  private final Pace pace;
  private final List<Scheduler> schedulers;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final CountDownLatch tried = new CountDownLatch(1);
  private final Consumer<Set<String>> withhold;
  private final Thread thread = new Thread(this::run, "orrery-declare-jobs");

  /**
   * Whether the scheduler has known what this process declares; then only its version is renewed.
   */
  private boolean isSettled;

  /** Whether the jobs that are right are applied, while others are refused. */
  private boolean isPartlyApplied;

  private volatile DeclareStatus status = new DeclareStatus(Phase.PENDING, "");

  /**
   * The times between two calls, and of one.
   *
   * @param first after the first failure; doubles up to {@code regular}
   * @param regular after an answer; the lease of a version at the scheduler is several of it
   * @param answer the longest time until an answer begins, and that from then until it ends
   */
  record Pace(Duration first, Duration regular, Duration answer) {
    static final Pace USUAL =
        new Pace(Duration.ofSeconds(1), Duration.ofMinutes(1), Duration.ofSeconds(30));

    Duration doubled(Duration pause) {
      Duration doubled = pause.multipliedBy(2);
      return doubled.compareTo(regular) < 0 ? doubled : regular;
    }
  }

  /**
   * @param withhold takes the processors that the process must not offer, after each answer
   */
  public JobDeclarer(DeclareSettings settings, Consumer<Set<String>> withhold) {
    this(settings, withhold, Pace.USUAL);
  }

  JobDeclarer(DeclareSettings settings, Consumer<Set<String>> withhold, Pace pace) {
    this.settings = settings;
    this.withhold = withhold;
    this.pace = pace;
    schedulers =
        settings.apis().stream()
            .map(api -> new Scheduler(api, settings.client(api, pace.answer())))
            .toList();
  }

  /** Begins to declare. Must be called once. */
  public JobDeclarer start() {
    thread.setDaemon(true);
    thread.start();
    return this;
  }

  /** Waits until the first call has ended, with or without an answer, or the time is over. */
  public void awaitFirstCall(Duration longest) {
    try {
      if (!tried.await(longest.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.log(
            Level.WARNING,
            "The scheduler has not answered the declaration of the jobs; starting the worker:"
                + " app={0} owner={1} waited={2}",
            settings.app(),
            settings.owner(),
            longest);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  boolean isActive() {
    return thread.isAlive();
  }

  public DeclareStatus status() {
    return status;
  }

  @Override
  public void close() {
    closed.countDown();
  }

  private void run() {
    try {
      declare();
    } finally {
      schedulers.forEach(scheduler -> scheduler.client().close());
    }
  }

  private void declare() {
    if (settings.jobs().isEmpty() && settings.code().isEmpty()) {
      LOG.log(
          Level.INFO,
          "The application has no method with @OrreryJob; leaving the jobs of its owner as they are: app={0}"
              + " owner={1}",
          settings.app(),
          settings.owner());
      status = new DeclareStatus(Phase.EMPTY, "");
      tried.countDown();
      return;
    }
    Duration retry = pace.first();
    Duration pause;
    try {
      do {
        DeclareStatus before = status;
        DeclareStatus answer = call(before);
        pause = pace.regular();
        if (answer.phase() != Phase.PENDING) {
          status = answer;
          isSettled |= answer.phase() == Phase.APPLIED || answer.phase() == Phase.LEFT;
          retry = pace.first();
          if (settings.dryRun()) {
            tried.countDown();
            return;
          }
        } else if (before.phase() == Phase.APPLIED || before.phase() == Phase.LEFT) {
          logMissedRenewal(before, answer);
          status = new DeclareStatus(before.phase(), answer.detail(), before.withheld());
        } else {
          pause = retry;
          logFailure(answer, pause);
          status = answer.withholding(before.withheld());
          retry = pace.doubled(retry);
        }
        // Without an answer, what was known before still holds.
        withhold.accept(status.withheld());
        tried.countDown();
      } while (!closed.await(pause.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks one address after the other, until a scheduler answers. */
  private DeclareStatus call(DeclareStatus before) {
    DeclareStatus status = before;
    for (Scheduler scheduler : schedulers) {
      try {
        Answer answer = send(scheduler, isSettled, Set.of());
        if (answer.isPlan() || Refusal.isOfScheduler(answer.refusal())) {
          status = answered(scheduler, answer, before);
          if (status.phase() != Phase.PENDING) {
            return status;
          }
        } else {
          status = refusal(scheduler.api(), answer.refusal());
        }
      } catch (OrreryException e) {
        Object reason = e.getCause() == null ? e.detail() : e.getCause();
        status = new DeclareStatus(Phase.PENDING, scheduler.api() + " does not answer: " + reason);
      }
    }
    logRefusal(status, before);
    return status;
  }

  private record Scheduler(URI api, OrreryClient client) {}

  /**
   * @param refusal null if there is a plan
   */
  private record Answer(String plan, OrreryException refusal) {
    boolean isPlan() {
      return refusal == null;
    }
  }

  /** Declares the jobs once more without those whose documents are refused. */
  private DeclareStatus answered(Scheduler to, Answer first, DeclareStatus before) {
    Answer answer = first;
    DeclareStatus whole = read(to.api(), answer, before);
    Set<String> wrong = new LinkedHashSet<>();
    while (!answer.isPlan() && wrong.addAll(wrongJobs(answer, settings.without(wrong)))) {
      answer = send(to, isSettled || isPartlyApplied, wrong);
    }
    if (!wrong.isEmpty() && answer.isPlan()) {
      DeclareStatus rest = planned(answer.plan(), before);
      if (!isPartlyApplied) {
        LOG.log(
            Level.WARNING,
            "Left refused jobs out of the declaration; keeping their previous versions: app={0}"
                + " owner={1} refused={2}",
            settings.app(),
            settings.owner(),
            wrong);
      }
      isPartlyApplied = true;
      return whole.withholding(rest.withheld());
    }
    isPartlyApplied = false;
    return whole.isRefused() ? whole.withholding(before.withheld()) : whole;
  }

  private Set<String> processorsOf(List<String> jobs) {
    return settings.jobs().stream()
        .filter(job -> jobs.contains(job.name()))
        .map(JobDeclaration::processor)
        .collect(Collectors.toSet());
  }

  private static List<String> wrongJobs(Answer answer, List<JobDeclaration> sent) {
    return Refusal.wrongJobs(answer.refusal().errors()).stream()
        .filter(index -> index < sent.size())
        .map(index -> sent.get(index).name())
        .toList();
  }

  private Answer send(Scheduler to, boolean renew, Set<String> wrong) {
    Answer answer = send(to, settings.body(renew, wrong, true));
    return !answer.isPlan()
            && !settings.jobs().isEmpty()
            && Refusal.isOfUnknownCode(answer.refusal())
        ? send(to, settings.body(renew, wrong, false))
        : answer;
  }

  /**
   * @throws OrreryException if nothing answers
   */
  private Answer send(Scheduler to, String body) {
    try {
      return new Answer(to.client().call("POST", settings.path(), Optional.of(body)), null);
    } catch (OrreryException e) {
      if (e.status() == 0) {
        throw e;
      }
      return new Answer("", e);
    }
  }

  private DeclareStatus read(URI api, Answer answer, DeclareStatus before) {
    if (answer.isPlan()) {
      return planned(answer.plan(), before);
    }
    DeclareStatus refusal = refusal(api, answer.refusal());
    logRefusal(refusal, before);
    return refusal;
  }

  private DeclareStatus refusal(URI api, OrreryException refused) {
    boolean isTransient = refused.status() >= 500 || refused.status() == TOO_MANY_REQUESTS;
    return new DeclareStatus(
        isTransient ? Phase.PENDING : Phase.REFUSED,
        Refusal.words(api, refused, settings.settingPrefix()));
  }

  private void logRefusal(DeclareStatus status, DeclareStatus before) {
    if (status.isRefused() && !status.equals(before)) {
      LOG.log(
          Level.ERROR,
          "The scheduler refused declared jobs; keeping their previous versions and "
              + (settings.dryRun() ? "ending the dry run" : "retrying every minute")
              + ": app={0} owner={1} scheduler={2} reason={3}",
          settings.app(),
          settings.owner(),
          settings.apis(),
          status.detail());
    }
  }

  private DeclareStatus planned(String body, DeclareStatus before) {
    DeclarePlan plan;
    try {
      plan = DeclarePlan.parse(body);
    } catch (JsonException e) {
      return new DeclareStatus(Phase.PENDING, "the answer is not one of Orrery: " + e.getMessage());
    }
    if (plan.outcome().equals(DeclarePlan.LEFT)) {
      DeclareStatus left =
          new DeclareStatus(Phase.LEFT, "the newer version " + plan.inForce() + " is in force")
              .withholding(processorsOf(plan.others()));
      if (!left.equals(before)) {
        LOG.log(
            Level.INFO,
            "Jobs are declared by a newer version of this application; not changing them:"
                + " app={0} owner={1} version={2} newerVersion={3} unchanged={4}",
            settings.app(),
            settings.owner(),
            settings.version(),
            plan.inForce(),
            plan.jobs());
      }
      return left;
    }
    if (plan.outcome().equals(DeclarePlan.RENEWED)) {
      return renewed(plan, before);
    }
    LOG.log(
        Level.INFO,
        (settings.dryRun()
                ? "Dry run; would declare these jobs, and changed nothing:"
                : "Declared the jobs:")
            + " app={0} owner={1} version={2} created={3} changed={4} unchanged={5} deleted={6}"
            + " off={7} missing={8}",
        settings.app(),
        settings.owner(),
        settings.version(),
        plan.jobs("create"),
        plan.jobs("update"),
        plan.jobs("none"),
        plan.jobs("delete"),
        plan.off(),
        plan.missing());
    return new DeclareStatus(settings.dryRun() ? Phase.DRY_RUN : Phase.APPLIED, "")
        .withholding(processorsOf(plan.others()));
  }

  private DeclareStatus renewed(DeclarePlan plan, DeclareStatus before) {
    DeclareStatus status =
        new DeclareStatus(
            Phase.APPLIED,
            plan.off().isEmpty()
                ? ""
                : "another process of version "
                    + settings.version()
                    + " has switched off "
                    + plan.off(),
            processorsOf(plan.others()));
    if (!plan.off().isEmpty() && !status.equals(before)) {
      LOG.log(
          Level.WARNING,
          "Another process of the same version does not schedule jobs that this one declares;"
              + " leaving them off: app={0} owner={1} version={2} off={3}",
          settings.app(),
          settings.owner(),
          settings.version(),
          plan.off());
    }
    return status;
  }

  private void logFailure(DeclareStatus failure, Duration pause) {
    LOG.log(
        Level.WARNING,
        "Failed to declare the jobs; retrying in {0}: app={1} owner={2} scheduler={3} reason={4}",
        seconds(pause),
        settings.app(),
        settings.owner(),
        settings.apis(),
        failure.detail());
  }

  private void logMissedRenewal(DeclareStatus before, DeclareStatus failure) {
    if (!failure.detail().equals(before.detail())) {
      LOG.log(
          Level.WARNING,
          "Failed to renew the declaration of the jobs; keeping their versions and retrying every"
              + " minute: app={0} owner={1} scheduler={2} reason={3}",
          settings.app(),
          settings.owner(),
          settings.apis(),
          failure.detail());
    }
  }

  private static String seconds(Duration pause) {
    return String.format(Locale.ROOT, "%.1fs", pause.toMillis() / 1000.0);
  }
}
