package dev.orrery.agent.startup;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;

/** The worker of this process, from start to stop. */
@ApplicationScoped
public class AgentLifecycle {
  private final WorkerConfig config;
  private final ProcessorRegistry processors;
  private final AkkaEndpoint endpoint;
  private OrreryWorker worker;

  AgentLifecycle(WorkerConfig config, ProcessorRegistry processors, AkkaEndpoint endpoint) {
    this.config = config;
    this.processors = processors;
    this.endpoint = endpoint;
  }

  /** The worker; it connects by itself, so it may have no agreement yet. */
  public OrreryWorker worker() {
    return worker;
  }

  void start(@Observes StartupEvent event) {
    Protocol transport = Protocol.parse(config.protocol());
    String app = WorkerCheck.required("orrery.worker.app", config.app());
    String token = WorkerCheck.required("orrery.worker.token", config.token());
    try {
      WorkerSettings settings =
          WorkerSettings.of(app, token)
              .capacity(config.capacity())
              .drainTimeout(config.drainTimeout())
              .killGracePeriod(config.killGracePeriod());
      config.server().ifPresent(servers -> servers.forEach(settings::server));
      config.name().ifPresent(settings::name);
      config.tags().ifPresent(tags -> tags.forEach(settings::tag));
      if (transport == Protocol.AKKA) {
        settings.transport(transport, endpoint.settings());
      }
      processors.open().forEach(settings::processor);
      worker = settings.start();
    } catch (IllegalArgumentException e) {
      throw new StartupException("orrery.worker: " + e.getMessage(), e);
    }
  }

  void stop(@Observes ShutdownEvent event) {
    if (worker != null) {
      worker.close();
    }
    processors.close();
  }
}
