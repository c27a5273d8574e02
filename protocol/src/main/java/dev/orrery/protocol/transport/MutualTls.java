package dev.orrery.protocol.transport;

import dev.orrery.protocol.startup.StartupException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;

/**
 * The keys of mutual TLS. They may be renewed while they are in use: connections to come use the
 * new ones, and those that are open go on.
 */
public final class MutualTls implements Supplier<SSLContext> {
  private final String name;
  private final Callable<SSLContext> source;
  private volatile SSLContext current;

  /**
   * A TLS configuration, as it is now.
   *
   * @param keys whether it has a certificate of its own
   * @param trust whether it says whom to trust
   * @param context makes a context out of both
   */
  public record Stores(boolean keys, boolean trust, Callable<SSLContext> context) {}

  private MutualTls(String name, Callable<SSLContext> source) {
    this.name = name;
    this.source = source;
  }

  /**
   * @param setting that names the configuration
   * @param name of it, below {@code quarkus.tls}
   * @param stores empty: there is none of that name
   * @throws StartupException if it is not one for both sides
   */
  public static MutualTls of(String setting, String name, Optional<Stores> stores) {
    Stores there =
        stores.orElseThrow(
            () ->
                new StartupException(
                    setting
                        + " names '"
                        + name
                        + "', which is no TLS configuration. Set quarkus.tls."
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

  /** The name of the configuration. */
  public String name() {
    return name;
  }

  /**
   * The stores have been read again.
   *
   * @throws Exception if they cannot be used; the former ones stay in use
   */
  public void renew() throws Exception {
    current = source.call();
  }

  @Override
  public SSLContext get() {
    return current;
  }
}
