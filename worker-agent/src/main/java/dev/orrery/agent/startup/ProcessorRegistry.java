package dev.orrery.agent.startup;

import dev.orrery.agent.processor.NoopProcessor;
import dev.orrery.agent.processor.ShellIsolationConfig;
import dev.orrery.agent.processor.ShellProcessor;
import dev.orrery.agent.processor.http.HttpProcessor;
import dev.orrery.agent.processor.http.HttpProcessorConfig;
import dev.orrery.agent.processor.plugin.PluginDirectory;
import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.outbound.OutboundHttp;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.network.AllowedNetworks;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.Processor;
import io.quarkus.runtime.ImageMode;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Opens the processors that this agent offers, and closes their resources when it stops. */
@ApplicationScoped
class ProcessorRegistry {
  private final WorkerConfig config;
  private final ShellIsolationConfig shellConfig;
  private final HttpProcessorConfig httpConfig;
  private final Vertx vertx;
  private final Deque<Runnable> closings = new ArrayDeque<>();

  ProcessorRegistry(
      WorkerConfig config,
      ShellIsolationConfig shellConfig,
      HttpProcessorConfig httpConfig,
      Vertx vertx) {
    this.config = config;
    this.shellConfig = shellConfig;
    this.httpConfig = httpConfig;
    this.vertx = vertx;
  }

  /**
   * Opens the configured processors, by the names under which they are offered.
   *
   * @throws StartupException if one of them cannot work
   */
  Map<String, Processor> open() {
    List<String> names = WorkerConfigCheck.processors(config.processors());
    WorkerConfigCheck.plugins(
        names, config.pluginDir(), ImageMode.current() == ImageMode.NATIVE_RUN);
    SecretDirectory secrets = SecretDirectory.open(config.secrets().dir());
    Map<String, Processor> processors = new LinkedHashMap<>();
    for (String name : names) {
      switch (name) {
        case ProcessorSpec.SHELL -> {
          Processor shell = shell(secrets);
          processors.put(name, shell);
          processors.put(ProcessorSpec.SHELL_WITH_SECRETS, shell);
        }
        case ProcessorSpec.HTTP -> processors.put(name, http(secrets));
        case ProcessorSpec.JAVA -> processors.putAll(plugins());
        default -> processors.put(name, new NoopProcessor());
      }
    }
    WorkerConfigCheck.offered(processors.keySet(), config.pluginDir());
    return processors;
  }

  private Processor shell(SecretDirectory secrets) {
    ShellProcessor shell =
        ShellProcessor.open(
            shellConfig,
            config.workDir(),
            config.tokenFile(),
            config.pluginDir(),
            config.killGracePeriod(),
            secrets);
    closings.push(shell::close);
    return shell;
  }

  private Processor http(SecretDirectory secrets) {
    AllowedNetworks networks =
        AllowedNetworks.parse(
            HttpProcessorConfig.ALLOWED_NETWORKS, httpConfig.allowedNetworks().orElse(List.of()));
    WorkerConfigCheck.positive("orrery.worker.http.connect-timeout", httpConfig.connectTimeout());
    WorkerConfigCheck.positive("orrery.worker.http.timeout", httpConfig.timeout());
    OutboundHttp http =
        OutboundHttp.open(vertx, networks, httpConfig.connectTimeout(), HttpProcessor.LOOKUPS);
    closings.push(http::close);
    return new HttpProcessor(http, httpConfig.timeout(), secrets);
  }

  private Map<String, Processor> plugins() {
    Map<String, Processor> offered = new LinkedHashMap<>();
    config
        .pluginDir()
        .map(PluginDirectory::load)
        .ifPresent(
            plugins -> {
              closings.push(plugins::close);
              plugins
                  .processors()
                  .forEach(
                      (name, processor) -> offered.put(ProcessorSpec.Java.offer(name), processor));
            });
    return offered;
  }

  /** Must be called when no attempt runs any more. */
  void close() {
    while (!closings.isEmpty()) {
      closings.pop().run();
    }
  }
}
