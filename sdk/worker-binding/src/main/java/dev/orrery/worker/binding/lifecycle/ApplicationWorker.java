package dev.orrery.worker.binding.lifecycle;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.WorkerStatus;
import dev.orrery.worker.WorkerStatus.Phase;
import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.declare.DeclareStatus;
import dev.orrery.worker.binding.declare.JobDeclarer;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.binding.setting.WorkerPlatform;
import dev.orrery.worker.binding.setting.WorkerProperties;
import dev.orrery.worker.binding.setting.WorkerSettingsReader;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** One worker of an application: its settings, its declared jobs, its start and its drain. */
public final class ApplicationWorker {
  private static final Logger LOG = System.getLogger(ApplicationWorker.class.getName());
  private static final long POLL_MILLIS = 50;

  /** Less than a start may take longer; the application serves requests meanwhile. */
  private static final Duration FIRST_DECLARATION = Duration.ofSeconds(5);

  private final String name;
  private final WorkerProperties properties;
  private final Consumer<String> log;
  private final Function<Set<String>, WorkerSettings> settings;
  private final Optional<DeclareSettings> declares;
  private volatile OrreryWorker worker;
  private volatile JobDeclarer declarer;
  private boolean isStarted;
  private Set<String> withheld = Set.of();
  private CompletableFuture<Void> replaced = CompletableFuture.completedFuture(null);
  private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

  ApplicationWorker(
      String name,
      WorkerProperties properties,
      WorkerProperties unnamed,
      List<BoundJob> jobs,
      List<BoundJob> all,
      WorkerPlatform platform) {
    this.name = name;
    this.properties = properties;
    this.log = platform.log();
    WorkerSettingsReader reader = new WorkerSettingsReader(name, properties, unnamed, platform);
    declares = reader.readDeclaration(jobs, all);
    WorkerSettings whole = settings(reader, jobs, platform);
    settings =
        without ->
            without.isEmpty()
                ? whole
                : settings(
                    reader,
                    jobs.stream().filter(job -> !without.contains(job.name())).toList(),
                    platform);
  }

  private WorkerSettings settings(
      WorkerSettingsReader reader, List<BoundJob> jobs, WorkerPlatform platform) {
    WorkerSettings read = reader.read();
    jobs.forEach(job -> read.processor(job.name(), job.decorated(platform.decorators())));
    platform.customizers().forEach(customizer -> customizer.customize(name, read));
    return read;
  }

  /**
   * Declares the jobs first: a worker that is started before the answer would take runs of another
   * application that declares a job of the same name.
   */
  void start() {
    JobDeclarer declaring =
        declares.map(to -> new JobDeclarer(to, this::withhold).start()).orElse(null);
    synchronized (this) {
      declarer = declaring;
    }
    if (declaring != null) {
      declaring.awaitFirstCall(FIRST_DECLARATION);
    }
    synchronized (this) {
      if (declarer == declaring) {
        isStarted = true;
        open();
      }
    }
  }

  /** Replaces the worker by one that offers other processors, when the last run of it has ended. */
  private synchronized void withhold(Set<String> processors) {
    if (processors.equals(withheld) || !replaced.isDone()) {
      return;
    }
    withheld = processors;
    LOG.log(
        Level.WARNING,
        processors.isEmpty()
            ? "No other application declares jobs of this one any more; offering all processors: {0}"
            : "Another application declares jobs of these names; not offering their processors: {0}"
                + " processors={1}",
        label(),
        processors);
    if (!isStarted) {
      return;
    }
    OrreryWorker old = worker;
    CompletableFuture<Void> done = new CompletableFuture<>();
    replaced = done;
    new Thread(
            () -> {
              try {
                if (old != null) {
                  old.close();
                }
                reopen(old);
              } finally {
                done.complete(null);
              }
            },
            "orrery-replace-worker")
        .start();
  }

  private synchronized void reopen(OrreryWorker closed) {
    clear(closed);
    if (declarer != null) {
      open();
    }
  }

  private void open() {
    try {
      worker = settings.apply(withheld).start();
    } catch (IllegalStateException e) {
      LOG.log(
          Level.WARNING,
          withheld.isEmpty()
              ? "Found no bean with an @OrreryJob method; starting no worker: {0}"
              : "Another application declares all jobs of this one; starting no worker: {0}",
          label());
      return;
    }
    log.accept("Worker started: " + label() + " processors=" + worker.processors());
  }

  private String label() {
    return (name.isEmpty() ? "" : "worker=" + name + " ") + "app=" + properties.app();
  }

  /**
   * @throws InvalidSettingException if the scheduler refuses the worker, or does not accept it
   *     until this {@link System#nanoTime}
   */
  void awaitAgreement(long until) {
    OrreryWorker awaited = worker;
    while (awaited != null && awaited.status().phase() != Phase.AGREED) {
      WorkerStatus status = awaited.status();
      if (status.phase() == Phase.REFUSED || System.nanoTime() - until > 0) {
        throw new InvalidSettingException(
            "The scheduler does not accept "
                + (name.isEmpty() ? "this worker" : "the worker '" + name + "'")
                + ": "
                + status.phase()
                + status.problem().map(problem -> ". " + problem.detail()).orElse("."),
            "Set orrery.worker.fail-fast=false to start without a scheduler.");
      }
      try {
        TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Takes no more work. The result completes when the last run has ended, or was given back. */
  synchronized CompletableFuture<Void> drain() {
    OrreryWorker closing = worker;
    if (declarer != null) {
      declarer.close();
      declarer = null;
    }
    isStarted = false;
    if (!replaced.isDone()) {
      drained = replaced;
    }
    if (closing == null || !drained.isDone()) {
      return drained;
    }
    log.accept(
        "Draining the worker; waiting up to %s for running jobs: %s running=%d"
            .formatted(properties.drainTimeout(), label(), closing.load().active()));
    CompletableFuture<Void> done = new CompletableFuture<>();
    drained = done;
    Thread thread =
        new Thread(
            () -> {
              try {
                closing.close();
                log.accept("Worker stopped: " + label());
              } finally {
                clear(closing);
                done.complete(null);
              }
            },
            "orrery-drain");
    thread.start();
    return done;
  }

  private synchronized void clear(OrreryWorker closed) {
    if (worker == closed) {
      worker = null;
    }
  }

  /** Returns the name; empty for the worker of {@code orrery.worker.*}. */
  public String name() {
    return name;
  }

  /** Returns the worker; empty unless it was started, and after its stop. */
  public Optional<OrreryWorker> worker() {
    return Optional.ofNullable(worker);
  }

  public Phase phase() {
    return worker().map(running -> running.status().phase()).orElse(Phase.STOPPED);
  }

  Optional<DeclareSettings> declareSettings() {
    return declares;
  }

  /** Returns how far the declaration of the jobs is; empty if they are not declared. */
  public Optional<DeclareStatus> declaration() {
    return Optional.ofNullable(declarer).map(JobDeclarer::status);
  }

  /** Returns true if the health must show that the scheduler refuses the declared jobs. */
  public boolean isOutOfService() {
    return properties.declareHealth() && declaration().filter(DeclareStatus::isRefused).isPresent();
  }
}
