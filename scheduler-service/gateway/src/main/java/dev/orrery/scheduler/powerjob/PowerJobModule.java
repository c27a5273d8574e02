package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.engine.agreement.DialectModule;
import dev.orrery.service.RawConfig;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells the core what the settings of {@link PowerJobConfig} open. */
public final class PowerJobModule implements DialectModule {
  private static final String PREFIX = "orrery.powerjob.";

  @Override
  public Dialect dialect() {
    return Dialect.POWERJOB;
  }

  @Override
  public Set<Protocol> protocols(UnaryOperator<String> settings) {
    if (!RawConfig.isTrue(settings.apply(PREFIX + "enabled"))) {
      return Set.of();
    }
    String named = settings.apply(PREFIX + "protocols");
    List<String> names =
        named == null
            ? List.of(Protocol.HTTP.canonicalName())
            : List.of(named.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*", -1));
    return Stream.of(Protocol.values())
        .filter(protocol -> names.contains(protocol.canonicalName()))
        .collect(Collectors.toSet());
  }

  @Override
  public String akkaPortKey() {
    return PREFIX + "akka.port";
  }
}
