package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.engine.agreement.DialectModule;
import dev.orrery.service.RawConfig;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Tells the core what the settings of {@link PowerJobConfig} open. */
public final class PowerJobModule implements DialectModule {
  private static final String PREFIX = "orrery.powerjob.";
  static final String PROTOCOLS = PREFIX + "protocols";

  @Override
  public Dialect dialect() {
    return Dialect.POWERJOB;
  }

  @Override
  public Set<Protocol> protocols(UnaryOperator<String> settings) {
    if (!RawConfig.isTrue(settings.apply(PREFIX + "enabled"))) {
      return Set.of();
    }
    String names = settings.apply(PROTOCOLS);
    return names == null ? Set.of(Protocol.HTTP) : served(names);
  }

  /**
   * Reads {@link PowerJobConfig#protocols}.
   *
   * @throws StartupException if a name is missing or unknown
   */
  static Set<Protocol> served(String names) {
    try {
      return Set.copyOf(Protocol.parseList(Dialect.POWERJOB, names));
    } catch (UnknownNameException e) {
      throw new StartupException(PROTOCOLS + "='" + names + "': " + e.getMessage(), e);
    }
  }

  @Override
  public Map<Protocol, PortSetting> ports() {
    return Map.of(
        Protocol.AKKA, new PortSetting(PREFIX + "akka.port", PortPlan.AKKA),
        Protocol.MU, new PortSetting(PREFIX + "mu.port", PortPlan.MU));
  }
}
