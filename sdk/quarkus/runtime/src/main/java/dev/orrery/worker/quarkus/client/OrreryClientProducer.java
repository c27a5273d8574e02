package dev.orrery.worker.quarkus.client;

import dev.orrery.client.ClientSettings;
import dev.orrery.client.OrreryClient;
import dev.orrery.worker.binding.client.ClientProperties;
import dev.orrery.worker.binding.client.ClientSettingsReader;
import dev.orrery.worker.binding.client.OrreryClientCustomizer;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.quarkus.OrreryWorkerConfig;
import io.quarkus.arc.All;
import io.quarkus.arc.DefaultBean;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Makes the client that runs the jobs of an app, when a bean asks for it. */
@Singleton
public class OrreryClientProducer {

  /** The settings as the binding reads them. */
  private record Configured(OrreryClientConfig config) implements ClientProperties {
    @Override
    public String app() {
      return config.app().orElse(null);
    }

    @Override
    public String token() {
      return config.token().orElse(null);
    }

    @Override
    public Path tokenFile() {
      return config.tokenFile().orElse(null);
    }

    @Override
    public List<String> server() {
      return config.server().orElse(List.of());
    }

    @Override
    public Duration callTimeout() {
      return config.callTimeout();
    }

    @Override
    public Duration retryTimeout() {
      return config.retryTimeout();
    }

    /** Leaves the token out. */
    @Override
    public String toString() {
      return "Configured[app=" + app() + ", server=" + server() + "]";
    }
  }

  @Produces
  @Singleton
  @DefaultBean
  OrreryClient client(
      OrreryClientConfig config,
      OrreryWorkerConfig worker,
      @All List<OrreryClientCustomizer> customizers) {
    try {
      ClientSettings settings =
          ClientSettingsReader.read(new Configured(config), worker.app().orElse(null));
      customizers.forEach(customizer -> customizer.customize(settings));
      return settings.open();
    } catch (InvalidSettingException e) {
      throw new ConfigurationException(e.getMessage());
    }
  }

  void close(@Disposes OrreryClient client) {
    client.close();
  }
}
