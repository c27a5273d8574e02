package dev.orrery.worker.spring;

import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.binding.OrreryWorkerCustomizer;
import dev.orrery.worker.binding.ProcessorDecorator;
import dev.orrery.worker.binding.declare.BuildTime;
import dev.orrery.worker.binding.lifecycle.ApplicationWorkers;
import dev.orrery.worker.binding.setting.WorkerPlatform;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
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
import org.springframework.core.env.Environment;

/**
 * Starts the workers when the application is ready, and stops them when the application stops. They
 * stop in the phase in which the web server finishes its requests, and keep the beans of the jobs
 * until the last run has ended.
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

  private static final String NAME_KEY = "spring.application.name";
  private static final Logger LOG = LoggerFactory.getLogger(OrreryWorkerLifecycle.class);

  private final ApplicationContext context;
  private final JobBeans jobs;
  private final OrreryWorkersProperties properties;
  private final OrreryWorkerProperties unnamed;
  private final BiFunction<String, String, Optional<SSLContext>> tls;
  private final List<OrreryWorkerCustomizer> customizers;
  private final List<ProcessorDecorator> decorators;
  private volatile ApplicationWorkers workers = ApplicationWorkers.NONE;
  private boolean ready;
  private volatile boolean running;
  private KeepAlive keepAlive = new KeepAlive();

  OrreryWorkerLifecycle(
      ApplicationContext context,
      JobBeans jobs,
      OrreryWorkersProperties properties,
      OrreryWorkerProperties unnamed,
      BiFunction<String, String, Optional<SSLContext>> tls,
      List<OrreryWorkerCustomizer> customizers,
      List<ProcessorDecorator> decorators) {
    this.context = context;
    this.jobs = jobs;
    this.properties = properties;
    this.unnamed = unnamed;
    this.tls = tls;
    this.customizers = customizers;
    this.decorators = decorators;
  }

  /** All jobs are known now, also if this object was made before them. */
  @Override
  public void afterSingletonsInstantiated() {
    Environment environment = context.getEnvironment();
    workers =
        ApplicationWorkers.read(
            unnamed,
            properties.named(),
            jobs.jobs(),
            new WorkerPlatform(
                NAME_KEY,
                environment.getProperty(NAME_KEY, ""),
                built(),
                environment.getProperty(VIRTUAL_THREADS, Boolean.class, false),
                "ssl-bundle",
                tls,
                LOG::info,
                customizers,
                decorators));
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
      if (running && workers.started().isEmpty()) {
        open();
      }
    }
    if (properties.failFast()) {
      workers.awaitAgreement(properties.failFastTimeout());
    }
  }

  private void open() {
    workers.start();
    if (!workers.started().isEmpty()) {
      keepAlive = new KeepAlive();
      keepAlive.start();
    }
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
    return workers.drain().thenRun(keepAlive::release);
  }

  /** Waits for the last run, also if the time of Spring's phase is over. */
  @Override
  public void destroy() {
    drain().join();
  }

  /** Returns the workers; none until all singletons exist. */
  public ApplicationWorkers workers() {
    return workers;
  }

  /**
   * Returns the worker without a name; empty until the application is ready, and after its stop.
   */
  public Optional<OrreryWorker> worker() {
    return workers.worker("");
  }

  /** Returns true if there is nothing to run. */
  public boolean isWithoutJobs() {
    return ready && running && workers.started().isEmpty();
  }
}
