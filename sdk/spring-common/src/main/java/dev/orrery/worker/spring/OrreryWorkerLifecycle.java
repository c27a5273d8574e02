package dev.orrery.worker.spring;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.binding.declare.BuildTime;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.declare.DeclareStatus;
import dev.orrery.worker.binding.declare.JobDeclarer;
import dev.orrery.worker.binding.setting.AgreementWait;
import dev.orrery.worker.binding.setting.WorkerSettingsReader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Starts the worker when the application is ready, and stops it when the application stops. The
 * worker stops in the phase in which the web server finishes its requests, and keeps the beans of
 * the jobs until the last run has ended.
 */
public final class OrreryWorkerLifecycle
    implements SmartLifecycle,
        SmartInitializingSingleton,
        ApplicationListener<ApplicationReadyEvent>,
        DisposableBean {
  /** Starts after the web server, and stops before it. */
  public static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 1024;

  /** The setting of Boot for all threads of an application. */
  private static final String VIRTUAL_THREADS = "spring.threads.virtual.enabled";

  private static final Logger LOG = LoggerFactory.getLogger(OrreryWorkerLifecycle.class);

  private final ApplicationContext context;
  private final JobBeans jobs;
  private final OrreryWorkerProperties properties;
  private final WorkerSettingsReader reader;
  private final List<OrreryWorkerCustomizer> customizers;
  private final List<ProcessorDecorator> decorators;
  private WorkerSettings settings;
  private Optional<DeclareSettings> declaration = Optional.empty();
  private boolean ready;
  private volatile boolean running;
  private volatile OrreryWorker worker;
  private volatile JobDeclarer declarer;
  private KeepAlive keepAlive;
  private CompletableFuture<Void> drained = CompletableFuture.completedFuture(null);

  OrreryWorkerLifecycle(
      ApplicationContext context,
      JobBeans jobs,
      OrreryWorkerProperties properties,
      Optional<SSLContext> ssl,
      List<OrreryWorkerCustomizer> customizers,
      List<ProcessorDecorator> decorators) {
    this.context = context;
    this.jobs = jobs;
    this.properties = properties;
    this.customizers = List.copyOf(customizers);
    this.decorators = List.copyOf(decorators);
    reader =
        new WorkerSettingsReader(
            properties,
            "spring.application.name",
            context.getEnvironment().getProperty("spring.application.name", ""),
            ssl);
    settings = reader.read().virtualThreads(isVirtual());
  }

  private boolean isVirtual() {
    return Optional.ofNullable(properties.virtualThreads())
        .orElseGet(
            () -> context.getEnvironment().getProperty(VIRTUAL_THREADS, Boolean.class, false));
  }

  /** All jobs are known now, also if this object was made before them. */
  @Override
  public void afterSingletonsInstantiated() {
    declaration = reader.readDeclaration(jobs.jobs(), built());
    jobs.jobs().forEach(job -> settings.processor(job.name(), job.decorated(decorators)));
    customizers.forEach(customizer -> customizer.customize(settings));
    keepBeansUntilDrained();
  }

  private Instant built() {
    return Optional.ofNullable(context.getBeanProvider(BuildProperties.class).getIfAvailable())
        .map(BuildProperties::getTime)
        .orElseGet(() -> BuildTime.of(classes(), InstantSource.system()));
  }

  private Set<Class<?>> classes() {
    return jobs.jobs().stream()
        .map(job -> job.method().getDeclaringClass())
        .collect(Collectors.toSet());
  }

  /** Spring destroys a bean after those that depend on it, and this one waits for the last run. */
  private void keepBeansUntilDrained() {
    if (context.getAutowireCapableBeanFactory() instanceof ConfigurableBeanFactory beans) {
      for (String self : context.getBeanNamesForType(OrreryWorkerLifecycle.class, false, false)) {
        jobs.names().forEach(name -> beans.registerDependentBean(name, self));
      }
    }
  }

  @Override
  public int getPhase() {
    return PHASE;
  }

  @Override
  public synchronized void start() {
    running = true;
    if (ready) {
      open();
    }
  }

  @Override
  public void onApplicationEvent(ApplicationReadyEvent event) {
    if (event.getApplicationContext() != context) {
      return;
    }
    synchronized (this) {
      ready = true;
      if (running && worker == null) {
        open();
      }
    }
    if (properties.failFast()) {
      requireAgreement();
    }
  }

  private void open() {
    declarer = declaration.map(to -> new JobDeclarer(to).start()).orElse(null);
    try {
      worker = settings.start();
    } catch (IllegalStateException e) {
      LOG.warn(
          "Found no bean with an @OrreryJob method; starting no worker: app={}", properties.app());
      return;
    }
    keepAlive = new KeepAlive();
    keepAlive.start();
    LOG.info("Worker started: app={} processors={}", properties.app(), worker.processors());
  }

  private void requireAgreement() {
    OrreryWorker current = worker;
    if (current == null) {
      return;
    }
    AgreementWait.await(current, properties.failFastTimeout());
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public void stop() {
    drain().join();
  }

  @Override
  public void stop(Runnable callback) {
    CompletableFuture<Void> unused = drain().whenComplete((done, failure) -> callback.run());
  }

  private synchronized CompletableFuture<Void> drain() {
    running = false;
    OrreryWorker closing = worker;
    if (declarer != null) {
      declarer.close();
      declarer = null;
    }
    if (closing == null || !drained.isDone()) {
      return drained;
    }
    KeepAlive process = keepAlive;
    LOG.info(
        "Draining the worker; waiting up to {} for running jobs: app={} running={}",
        properties.drainTimeout(),
        properties.app(),
        closing.load().active());
    drained = new CompletableFuture<>();
    CompletableFuture<Void> done = drained;
    Thread thread =
        new Thread(
            () -> {
              try {
                closing.close();
                LOG.info("Worker stopped: app={}", properties.app());
              } finally {
                clear(closing);
                process.release();
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

  /** Waits for the last run, also if the time of Spring's phase is over. */
  @Override
  public void destroy() {
    drain().join();
  }

  /** Returns the worker; empty until the application is ready, and after its stop. */
  public Optional<OrreryWorker> worker() {
    return Optional.ofNullable(worker);
  }

  /** Returns how the jobs are declared; empty if they are not, and until all singletons exist. */
  public Optional<DeclareSettings> declareSettings() {
    return declaration;
  }

  /** Returns how far the declaration of the jobs is; empty if they are not declared. */
  public Optional<DeclareStatus> declaration() {
    return Optional.ofNullable(declarer).map(JobDeclarer::status);
  }

  /** Returns true if the health must show that the scheduler refuses the declared jobs. */
  public boolean isOutOfService() {
    return properties.declareHealth() && declaration().filter(DeclareStatus::isRefused).isPresent();
  }

  /** Returns true if there is nothing to run. */
  public boolean isWithoutJobs() {
    return ready && running && worker == null;
  }

  /** The time after which a stop gives a run back. */
  public Duration drainTimeout() {
    return properties.drainTimeout();
  }
}
