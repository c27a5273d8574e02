package dev.orrery.worker.quarkus.client;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.worker.binding.client.ClientProperties;
import dev.orrery.worker.binding.client.ClientSettingsReader;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.binding.client.RequiredJobs;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.quarkus.OrreryWorkerConfig;
import dev.orrery.worker.quarkus.OrreryWorkerLifecycle;
import dev.orrery.worker.quarkus.TlsContexts;
import io.quarkus.arc.All;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.List;

/**
 * Produces the client bean, with which an application runs the jobs of an app. The client is
 * created when a bean injects it, or at the start if there are required jobs.
 */
@Singleton
public class OrreryClientProducer {
  private static final int FIRST = 1;

  @Produces
  @Singleton
  @DefaultBean
  OrreryClient client(
      OrreryClientConfig config,
      OrreryWorkerConfig worker,
      Instance<TlsContexts> tls,
      @All List<OrreryClientCustomizer> customizers) {
    try {
      ClientSettings settings =
          ClientSettingsReader.read(shared(config), worker.app().orElse(null));
      TlsContexts.of(
              tls,
              ClientProperties.PREFIX + ".tls-configuration-name",
              config.tlsConfigurationName())
          .ifPresent(settings::sslContext);
      customizers.forEach(customizer -> customizer.customize(settings));
      return settings.open();
    } catch (InvalidSettingException e) {
      throw new ConfigurationException(e.getMessage());
    }
  }

  /** Checks the required jobs before any observer of the application runs. */
  void check(
      @Observes @Priority(FIRST) StartupEvent event,
      OrreryClientConfig config,
      Instance<OrreryClient> client,
      OrreryWorkerLifecycle worker) {
    try {
      RequiredJobs.check(
          config.requiredJobs().orElse(List.of()), client::get, worker.workers().declareSettings());
    } catch (InvalidSettingException e) {
      throw new ConfigurationException(e.getMessage());
    }
  }

  /** Returns what every platform has. */
  private static ClientProperties shared(OrreryClientConfig config) {
    return new ClientProperties(
        config.app().orElse(null),
        config.token().orElse(null),
        config.tokenFile().orElse(null),
        config.server().orElse(List.of()),
        config.callTimeout(),
        config.retryTimeout());
  }

  void close(@Disposes OrreryClient client) {
    client.close();
  }
}
