package dev.orrery.scheduler.powerjob;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.scheduler.engine.agreement.DialectModule;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Tells the core what the settings of {@link PowerJobConfig} open. */
public final class PowerJobModule implements DialectModule {
  private static final List<String> TRUE = List.of("true", "1", "yes", "y", "on");

  @Override
  public Dialect dialect() {
    return Dialect.POWERJOB;
  }

  @Override
  public String prefix() {
    return "orrery.powerjob.";
  }

  @Override
  public Set<Protocol> protocols(UnaryOperator<String> settings) {
    String enabled = settings.apply(prefix() + "enabled");
    if (enabled == null || !TRUE.contains(enabled.strip().toLowerCase(Locale.ROOT))) {
      return Set.of();
    }
    String named = settings.apply(prefix() + "protocols");
    List<String> names =
        named == null
            ? List.of(Protocol.HTTP.canonicalName())
            : List.of(named.strip().toLowerCase(Locale.ROOT).split("\\s*,\\s*", -1));
    return Stream.of(Protocol.values())
        .filter(protocol -> names.contains(protocol.canonicalName()))
        .collect(Collectors.toSet());
  }
}
