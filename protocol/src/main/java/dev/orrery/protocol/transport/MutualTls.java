package dev.orrery.protocol.transport;

import dev.orrery.protocol.startup.StartupException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * Keys for mutual TLS that can be renewed: new connections use the new keys, and open ones
 * continue.
 */
public final class MutualTls implements Supplier<SSLContext> {
  private final String name;
  private final Callable<SSLContext> source;
  private volatile SSLContext current;

  /**
   * The current stores of a TLS configuration.
   *
   * @param keys whether a key store is configured
   * @param trust whether a trust store is configured
   * @param context creates a context from both
   */
  public record Stores(boolean keys, boolean trust, Callable<SSLContext> context) {}

  private MutualTls(String name, Callable<SSLContext> source) {
    this.name = name;
    this.source = source;
  }

  /**
   * @param setting the setting that names the configuration
   * @param name of the configuration, below {@code quarkus.tls}
   * @param stores empty if no such configuration exists
   * @throws StartupException if a store is missing or unusable
   */
  public static MutualTls of(String setting, String name, Optional<Stores> stores) {
    Stores there =
        stores.orElseThrow(
            () ->
                new StartupException(
                    setting
                        + " names '"
                        + name
                        + "', which is not a TLS configuration. Set quarkus.tls."
                        + name
                        + ".key-store and .trust-store, or name one that is set."));
    if (!there.keys() || !there.trust()) {
      throw new StartupException(
          setting
              + " is mutual: quarkus.tls."
              + name
              + " needs a key-store and a trust-store, and has no "
              + (there.keys() ? "trust-store." : "key-store."));
    }
    MutualTls tls = new MutualTls(name, there.context());
    try {
      tls.renew();
    } catch (Exception e) {
      throw new StartupException(
          setting + " names '" + name + "', whose stores cannot be used: " + e.getMessage(), e);
    }
    return tls;
  }

  public String name() {
    return name;
  }

  /**
   * Creates a new context after the stores were reloaded.
   *
   * @throws Exception if the stores are unusable; the previous context stays in use
   */
  public void renew() throws Exception {
    current = source.call();
  }

  @Override
  public SSLContext get() {
    return current;
  }
}
