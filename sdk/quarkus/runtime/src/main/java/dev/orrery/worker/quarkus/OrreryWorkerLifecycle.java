package dev.orrery.worker.quarkus;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.binding.BoundJob;
import dev.orrery.worker.binding.InvalidJobsException;
import dev.orrery.worker.binding.JobCollector;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.binding.ResultWriter;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.declare.DeclareStatus;
import dev.orrery.worker.binding.declare.JobDeclarer;
import dev.orrery.worker.binding.setting.AgreementWait;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.binding.setting.WorkerProperties;
import dev.orrery.worker.binding.setting.WorkerSettingsReader;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.config.Config;
import org.jboss.logging.Logger;

/**
 * Starts the worker as the last step of the application's start, and drains it when the application
 * stops. The drain begins with the shutdown delay, and ends before any bean is destroyed.
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
  private WorkerSettings settings;
  private Optional<DeclareSettings> declaration = Optional.empty();
  private List<String> served = List.of();
  private volatile State state = State.STARTING;
  private volatile OrreryWorker worker;
  private volatile JobDeclarer declarer;
  private CompletableFuture<Void> drained;

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
    ConfiguredProperties properties = new ConfiguredProperties(config);
    WorkerSettingsReader reader =
        new WorkerSettingsReader(
            properties,
            NAME_KEY,
            settingsOfAll.getOptionalValue(NAME_KEY, String.class).orElse(""),
            TlsContexts.of(
                tls,
                WorkerProperties.PREFIX + ".tls-configuration-name",
                config.tlsConfigurationName()));
    settings = reader.read().virtualThreads(config.virtualThreads());
    List<BoundJob> jobs = jobs();
    declaration = reader.readDeclaration(jobs, built);
    jobs.forEach(job -> settings.processor(job.name(), job.decorated(decorators)));
    customizers.forEach(customizer -> customizer.customize(settings));
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
    if (settings == null) {
      LOG.debugf(
          "Worker is disabled; starting without it: orrery.worker.enabled=false, or this is a test");
      return;
    }
    open();
    if (config.failFast() && worker != null) {
      try {
        AgreementWait.await(worker, config.failFastTimeout());
      } catch (InvalidSettingException e) {
        throw refusal(e);
      }
    }
  }

  private synchronized void open() {
    declarer = declaration.map(to -> new JobDeclarer(to).start()).orElse(null);
    try {
      worker = settings.start();
    } catch (IllegalStateException e) {
      state = State.WITHOUT_JOBS;
      LOG.warnf(
          "Found no bean with an @OrreryJob method; starting no worker: app=%s",
          config.app().orElse(""));
      return;
    }
    served = worker.processors();
    state = State.RUNNING;
    LOG.infof("Worker started: app=%s processors=%s", config.app().orElse(""), served);
  }

  /** Waits for the last run: beans, connections and threads are there until this returns. */
  void stop(@Observes @Priority(FIRST) ShutdownEvent event) {
    drain().toCompletableFuture().join();
    capture.remove();
  }

  /** Takes no more work. The result completes when the last run has ended, or was given back. */
  synchronized CompletionStage<Void> drain() {
    if (drained != null) {
      return drained;
    }
    drained = new CompletableFuture<>();
    CompletableFuture<Void> done = drained;
    OrreryWorker closing = worker;
    if (declarer != null) {
      declarer.close();
    }
    if (closing == null) {
      done.complete(null);
      return done;
    }
    LOG.infof(
        "Draining the worker; waiting up to %s for running jobs: app=%s running=%s",
        config.drainTimeout(), config.app().orElse(""), closing.load().active());
    Thread thread =
        new Thread(
            () -> {
              try {
                closing.close();
                LOG.infof("Worker stopped: app=%s", config.app().orElse(""));
              } finally {
                state = State.STOPPED;
                done.complete(null);
              }
            },
            "orrery-drain");
    thread.start();
    return done;
  }

  public State state() {
    return state;
  }

  /** Returns the worker; empty unless it was started. */
  public Optional<OrreryWorker> worker() {
    return Optional.ofNullable(worker);
  }

  /** Returns how the jobs are declared; empty if they are not. */
  public Optional<DeclareSettings> declareSettings() {
    return declaration;
  }

  /** Returns how far the declaration of the jobs is; empty if they are not declared. */
  public Optional<DeclareStatus> declaration() {
    return Optional.ofNullable(declarer).map(JobDeclarer::status);
  }

  /** Returns true if the health must show that the scheduler refuses the declared jobs. */
  public boolean isOutOfService() {
    return config.declareHealth() && declaration().filter(DeclareStatus::isRefused).isPresent();
  }
}
