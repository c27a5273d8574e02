package dev.orrery.agent.startup;

import dev.orrery.protocol.Protocol;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.WorkerStatus;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * Starts and stops the worker of this process. Checks the settings first and connects only once the
 * ports are open, so that a failed start leaves no session behind.
 */
@ApplicationScoped
public class AgentLifecycle {
  private final WorkerConfig config;
  private final ProcessorRegistry processors;
  private final AkkaEndpoint endpoint;
  private final Event<OrreryWorker> started;
  private WorkerSettings checked;
  private volatile OrreryWorker worker;

  AgentLifecycle(
      WorkerConfig config,
      ProcessorRegistry processors,
      AkkaEndpoint endpoint,
      Event<OrreryWorker> started) {
    this.config = config;
    this.processors = processors;
    this.endpoint = endpoint;
    this.started = started;
  }

  /** The worker; empty until all ports are open. It may not have an agreement yet. */
  public Optional<OrreryWorker> worker() {
    return Optional.ofNullable(worker);
  }

  /** Starts the worker and notifies observers. Must be called once, when all ports are open. */
  void connect() {
    DrainListener.install(this);
    worker = checked.start();
    started.fire(worker);
  }

  void check(@Observes StartupEvent event) {
    Protocol protocol = Protocol.parse(config.protocol());
    String app = WorkerConfigCheck.required("orrery.worker.app", config.app());
    String token = WorkerConfigCheck.required("orrery.worker.token", config.token());
    WorkerSettings settings =
        SettingName.in(
                "orrery.worker.app or orrery.worker.token", () -> WorkerSettings.of(app, token))
            .settingNames(UnaryOperator.identity());
    SettingName.in(
        "orrery.worker.drain-timeout", () -> settings.drainTimeout(config.drainTimeout()));
    SettingName.in(
        "orrery.worker.kill-grace-period",
        () -> settings.killGracePeriod(config.killGracePeriod()));
    SettingName.in("orrery.worker.capacity", () -> settings.capacity(config.capacity()));
    for (String server : config.server().orElse(List.of())) {
      SettingName.in("orrery.worker.server", () -> settings.server(server));
    }
    config
        .name()
        .ifPresent(name -> SettingName.in("orrery.worker.name", () -> settings.name(name)));
    for (String tag : config.tags().orElse(List.of())) {
      SettingName.in("orrery.worker.tags", () -> settings.tag(tag));
    }
    if (protocol == Protocol.AKKA) {
      settings.protocol(protocol.canonicalName(), endpoint.get());
    }
    processors.open().forEach(settings::processor);
    checked = settings;
  }

  /** Drains and closes the worker, if it was started and is still open. */
  synchronized void closeWorker() {
    if (worker != null && worker.status().phase() != WorkerStatus.Phase.STOPPED) {
      worker.close();
    }
  }

  void stop(@Observes ShutdownEvent event) {
    closeWorker();
    processors.close();
  }
}
