package dev.orrery.worker.binding.lifecycle;

import static java.util.stream.Collectors.groupingBy;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.WorkerDetails;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.declare.DeclareStatus;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.binding.setting.WorkerPlatform;
import dev.orrery.worker.binding.setting.WorkerProperties;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;

/**
 * The workers of an application: the one without a name, with the settings {@code orrery.worker.*},
 * and those of {@code orrery.worker.named.NAME.*}.
 */
public final class ApplicationWorkers {
  /** Those of an application that does not know them yet. */
  public static final ApplicationWorkers NONE = new ApplicationWorkers(List.of());

  private final List<ApplicationWorker> workers;

  private ApplicationWorkers(List<ApplicationWorker> workers) {
    this.workers = List.copyOf(workers);
  }

  /**
   * Reads the settings. The worker without a name exists if a job needs it, if it has a token, or
   * if it is the only one.
   *
   * @throws InvalidJobsException if a method names a worker that has no settings
   * @throws InvalidSettingException for the first setting that cannot work
   */
  public static ApplicationWorkers read(
      WorkerProperties unnamed,
      Map<String, ? extends WorkerProperties> named,
      List<BoundJob> jobs,
      WorkerPlatform platform) {
    requireSettings(jobs, named.keySet());
    Map<String, WorkerProperties> properties = new TreeMap<>(named);
    properties.put("", unnamed);
    Map<String, List<BoundJob>> served = jobs.stream().collect(groupingBy(BoundJob::worker));
    Set<String> names = new TreeSet<>(names(unnamed, named.keySet()));
    names.addAll(served.keySet());
    List<ApplicationWorker> workers = new ArrayList<>();
    for (String name : names) {
      workers.add(
          new ApplicationWorker(
              name,
              properties.get(name),
              unnamed,
              served.getOrDefault(name, List.of()),
              jobs,
              platform));
    }
    return new ApplicationWorkers(workers);
  }

  /** Returns the names of the workers that have settings, with "" for the one without a name. */
  public static Set<String> names(WorkerProperties unnamed, Set<String> named) {
    Set<String> names = new TreeSet<>(named);
    if (named.isEmpty() || unnamed.hasToken()) {
      names.add("");
    }
    return names;
  }

  private static void requireSettings(List<BoundJob> jobs, Set<String> named) {
    List<String> mistakes =
        jobs.stream()
            .filter(job -> !job.worker().isEmpty() && !named.contains(job.worker()))
            .map(ApplicationWorkers::withoutSettings)
            .toList();
    if (!mistakes.isEmpty()) {
      throw new InvalidJobsException(mistakes);
    }
  }

  private static String withoutSettings(BoundJob job) {
    String prefix = WorkerProperties.prefix(job.worker());
    return "%s: its worker '%s' has no settings. Set %sapp and %stoken, or change @OrreryJob(worker)."
        .formatted(job.place(), job.worker(), prefix, prefix);
  }

  /**
   * Starts the workers; one without a processor stays away, and the log says so. Waits for the
   * first answers to their declarations, for a few seconds at most.
   */
  public void start() {
    workers.forEach(ApplicationWorker::start);
  }

  /**
   * Waits until the scheduler accepts all started workers.
   *
   * @throws InvalidSettingException if it refuses one, or the time is over
   */
  public void awaitAgreement(Duration timeout) {
    long until = System.nanoTime() + timeout.toNanos();
    workers.forEach(each -> each.awaitAgreement(until));
  }

  /** Drains all workers at once. The result completes when the last run of all has ended. */
  public CompletableFuture<Void> drain() {
    return CompletableFuture.allOf(
        workers.stream().map(ApplicationWorker::drain).toArray(CompletableFuture[]::new));
  }

  /** Returns the workers that run, or end their runs. */
  public List<ApplicationWorker> started() {
    return workers.stream().filter(each -> each.worker().isPresent()).toList();
  }

  /**
   * Returns a worker; empty unless it was started, and after its stop.
   *
   * @param name "" for the one without a name
   */
  public Optional<OrreryWorker> worker(String name) {
    return named(name).flatMap(ApplicationWorker::worker);
  }

  /** Returns how far the declaration of a worker's jobs is; empty if they are not declared. */
  public Optional<DeclareStatus> declaration(String name) {
    return named(name).flatMap(ApplicationWorker::declaration);
  }

  /** Returns how each worker's jobs are declared; none for a worker that declares none. */
  public List<DeclareSettings> declareSettings() {
    return workers.stream().flatMap(each -> each.declareSettings().stream()).toList();
  }

  private Optional<ApplicationWorker> named(String name) {
    return workers.stream().filter(each -> each.name().equals(name)).findFirst();
  }

  /** Returns what a health check shows; keys of a named worker are behind its name and a dot. */
  public Map<String, Object> details() {
    Map<String, Object> details = new LinkedHashMap<>();
    for (ApplicationWorker each : workers) {
      String prefix = each.name().isEmpty() ? "" : each.name() + ".";
      each.worker()
          .map(worker -> WorkerDetails.of(worker, each.declaration()))
          .or(() -> each.declaration().map(WorkerDetails::of))
          .ifPresent(of -> of.forEach((key, value) -> details.put(prefix + key, value)));
    }
    return details;
  }
}
