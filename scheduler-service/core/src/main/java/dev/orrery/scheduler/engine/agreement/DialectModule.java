package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * A dialect of other workers that this build can serve, such as PowerJob's; found by {@link
 * ServiceLoader}. It reads settings as text, because the start asks before Quarkus has a
 * configuration.
 */
public interface DialectModule {

  Dialect dialect();

  /**
   * Returns the protocols over which it serves; empty if it is switched off.
   *
   * @param settings returns null for a key that is not set
   * @throws dev.orrery.protocol.startup.StartupException if they name an unknown protocol
   */
  Set<Protocol> protocols(UnaryOperator<String> settings);

  /**
   * The setting of a port.
   *
   * @param otherwise its number if it is not set
   */
  record PortSetting(String key, int otherwise) {}

  /** The ports that it opens beside those of Orrery's protocols. */
  Map<Protocol, PortSetting> ports();

  static List<DialectModule> all() {
    return ServiceLoader.load(DialectModule.class, DialectModule.class.getClassLoader()).stream()
        .map(ServiceLoader.Provider::get)
        .toList();
  }
}
