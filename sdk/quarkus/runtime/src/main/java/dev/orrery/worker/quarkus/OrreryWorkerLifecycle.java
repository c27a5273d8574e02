package dev.orrery.worker.quarkus;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.JobCollector;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.binding.lifecycle.ApplicationWorkers;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.binding.setting.WorkerPlatform;
import io.quarkus.arc.All;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.smallrye.config.SmallRyeConfig;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Starts the workers as the last step of the application's start, and drains them when the
 * application stops. The drain begins with the shutdown delay, and ends before any bean is
 * destroyed.
 */
@Singleton
public class OrreryWorkerLifecycle {
  private static final int LAST = Integer.MAX_VALUE;
  private static final int FIRST = 1;
  private static final String NAME_KEY = "quarkus.application.name";
  private static final Logger LOG = Logger.getLogger(OrreryWorkerLifecycle.class);

  private final OrreryWorkerConfig config;
  private final SmallRyeConfig settingsOfAll;
  private final Instance<ResultWriter> results;
  private final Instance<TlsContexts> tls;
  private final List<OrreryWorkerCustomizer> customizers;
  private final List<ProcessorDecorator> decorators;
  private final LogCapture capture = new LogCapture();
  private Map<String, String> beans = Map.of();
  private Instant built = Instant.EPOCH;
  private volatile ApplicationWorkers workers = ApplicationWorkers.NONE;
  private volatile State state = State.STARTING;

  /** Where the worker is in the life of the application. */
  public enum State {
    DISABLED,
    STARTING,
    /** The application has neither a job nor a processor. */
    WITHOUT_JOBS,
    RUNNING,
    STOPPED
  }

  OrreryWorkerLifecycle(
      OrreryWorkerConfig config,
      Config settingsOfAll,
      Instance<ResultWriter> results,
      Instance<TlsContexts> tls,
      @All List<OrreryWorkerCustomizer> customizers,
      @All List<ProcessorDecorator> decorators) {
    this.config = config;
    this.settingsOfAll = settingsOfAll.unwrap(SmallRyeConfig.class);
    this.results = results;
    this.tls = tls;
    this.customizers = customizers;
    this.decorators = decorators;
  }

  /**
   * Takes the beans that have jobs, before the application is ready.
   *
   * @param beans the names of classes by the identifiers of the beans
   * @param built when the application was built
   */
  void prepare(Map<String, String> beans, Instant built) {
    this.beans = new LinkedHashMap<>(beans);
    this.built = built;
    try {
      read();
    } catch (InvalidSettingException | InvalidJobsException e) {
      throw refusal(e);
    }
  }

  /** Quarkus shows the message of this exception alone, if nothing has caused it. */
  private static ConfigurationException refusal(RuntimeException reason) {
    ConfigurationException refusal = new ConfigurationException(reason.getMessage());
    refusal.addSuppressed(reason);
    return refusal;
  }

  private void read() {
    if (!config.enabled().orElse(LaunchMode.current() != LaunchMode.TEST)) {
      state = State.DISABLED;
      return;
    }
    Map<String, ConfiguredProperties> named = new LinkedHashMap<>();
    config.named().forEach((name, each) -> named.put(name, new ConfiguredProperties(each)));
    workers =
        ApplicationWorkers.read(
            new ConfiguredProperties(config),
            named,
            jobs(),
            new WorkerPlatform(
                NAME_KEY,
                settingsOfAll.getOptionalValue(NAME_KEY, String.class).orElse(""),
                built,
                false,
                "tls-configuration-name",
                (setting, name) -> TlsContexts.of(tls, setting, Optional.ofNullable(name)),
                LOG::info,
                customizers,
                decorators));
  }

  /** Returns the jobs of the beans, whether or not there is a worker. */
  public List<BoundJob> jobs() {
    JobCollector collector =
        new JobCollector(QuarkusBinding.running(settingsOfAll, results.stream().findFirst()));
    beans.forEach((identifier, name) -> collector.add(load(name), "", new BeanTarget(identifier)));
    return collector.finish();
  }

  private static Class<?> load(String name) {
    try {
      return Class.forName(name, false, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("A class that was there at build is missing: " + name, e);
    }
  }

  void start(@Observes @Priority(LAST) StartupEvent event) {
    if (config.logCapture()) {
      // Also without a worker: tests look at what a job logs.
      capture.install();
    }
    if (state == State.DISABLED) {
      LOG.debugf(
          "Worker is disabled; starting without it: orrery.worker.enabled=false, or this is a test");
      return;
    }
    workers.start();
    state = workers.started().isEmpty() ? State.WITHOUT_JOBS : State.RUNNING;
    if (config.failFast()) {
      try {
        workers.awaitAgreement(config.failFastTimeout());
      } catch (InvalidSettingException e) {
        throw refusal(e);
      }
    }
  }

  /** Waits for the last run: beans, connections and threads are there until this returns. */
  void stop(@Observes @Priority(FIRST) ShutdownEvent event) {
    drain().toCompletableFuture().join();
    capture.remove();
  }

  /** Takes no more work. The result completes when the last run has ended, or was given back. */
  CompletionStage<Void> drain() {
    return workers.drain().thenRun(this::stopped);
  }

  private void stopped() {
    if (state == State.RUNNING) {
      state = State.STOPPED;
    }
  }

  public State state() {
    return state;
  }

  /** Returns the workers; none if they are disabled. */
  public ApplicationWorkers workers() {
    return workers;
  }

  /** Returns the worker without a name; empty unless it was started, and after its stop. */
  public Optional<OrreryWorker> worker() {
    return workers.worker("");
  }
}
