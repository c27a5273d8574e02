package dev.orrery.worker.quarkus.tls;

import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.quarkus.TlsContexts;
import io.quarkus.tls.TlsConfiguration;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.inject.Singleton;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** Creates TLS contexts from the configurations {@code quarkus.tls.NAME}. */
@Singleton
public class RegistryTlsContexts implements TlsContexts {
  private final TlsConfigurationRegistry registry;

  RegistryTlsContexts(TlsConfigurationRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Optional<SSLContext> find(String name) {
    return registry.get(name).map(found -> context(name, found));
  }

  private static SSLContext context(String name, TlsConfiguration found) {
    try {
      return found.createSSLContext();
    } catch (Exception e) { // As it is declared there.
      throw new InvalidSettingException(
          "quarkus.tls." + name + " cannot be used: " + e.getMessage() + ".",
          "Correct its files and passwords.");
    }
  }
}
