package dev.orrery.service;

import dev.orrery.protocol.transport.MutualTls;
import io.quarkus.tls.CertificateUpdatedEvent;
import io.quarkus.tls.TlsConfigurationRegistry;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/**
 * Creates the TLS keys of the protocol {@code akka} from a {@code quarkus.tls} configuration, and
 * renews them when their files are reloaded.
 */
@Singleton
public class AkkaTls {
  private static final Logger LOG = Logger.getLogger(AkkaTls.class);

  private final TlsConfigurationRegistry configurations;
  private volatile MutualTls tls;

  AkkaTls(TlsConfigurationRegistry configurations) {
    this.configurations = configurations;
  }

  /**
   * @param setting the setting that names the configuration
   * @throws dev.orrery.protocol.startup.StartupException if the configuration is unusable
   */
  public MutualTls named(String setting, String name) {
    tls =
        MutualTls.of(
            setting,
            name,
            configurations
                .get(name)
                .map(
                    found ->
                        new MutualTls.Stores(
                            found.getKeyStore() != null,
                            found.getTrustStore() != null,
                            found::createSSLContext)));
    return tls;
  }

  /** Applies the new keys after Quarkus has reloaded the files ({@code reload-period}). */
  void renewed(@Observes CertificateUpdatedEvent event) {
    if (tls == null || !tls.name().equals(event.name())) {
      return;
    }
    try {
      tls.renew();
      LOG.infof(
          "Reloaded the akka certificate for new connections: configuration=quarkus.tls.%s",
          event.name());
    } catch (Exception e) {
      LOG.warnf(
          e,
          "Failed to reload the akka certificate; keeping the old one: configuration=quarkus.tls.%s",
          event.name());
    }
  }
}
