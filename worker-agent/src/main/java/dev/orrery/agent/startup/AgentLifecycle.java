package dev.orrery.agent.startup;

import dev.orrery.protocol.Protocol;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import java.util.function.UnaryOperator;

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
    Protocol protocol = Protocol.parse(config.protocol());
    String app = WorkerConfigCheck.required("orrery.worker.app", config.app());
    String token = WorkerToken.read(config.token(), config.tokenFile());
    WorkerSettings settings =
        SettingName.in(
                "orrery.worker.app or orrery.worker.token", () -> WorkerSettings.of(app, token))
            .settingNames(UnaryOperator.identity())
            .drainTimeout(config.drainTimeout())
            .killGracePeriod(config.killGracePeriod());
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
      SettingName.in("orrery.worker.akka", () -> settings.protocol(protocol, endpoint.settings()));
    }
    processors.open().forEach(settings::processor);
    worker = settings.start();
  }

  void stop(@Observes ShutdownEvent event) {
    if (worker != null) {
      worker.close();
    }
    processors.close();
  }
}
