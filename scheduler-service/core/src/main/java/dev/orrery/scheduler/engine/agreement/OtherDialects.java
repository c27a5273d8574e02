package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.eclipse.microprofile.config.Config;

/** Tells which other dialects than Orrery's own the settings of this replica open. */
@ApplicationScoped
class OtherDialects {
  private final List<DialectModule> modules;
  private final UnaryOperator<String> settings;

  @Inject
  OtherDialects(Config config) {
    this(DialectModule.all(), key -> config.getOptionalValue(key, String.class).orElse(null));
  }

  OtherDialects(List<DialectModule> modules, UnaryOperator<String> settings) {
    this.modules = modules;
    this.settings = settings;
  }

  /** Returns the protocols over which a dialect is served; empty if it is not. */
  Set<Protocol> protocols(Dialect dialect) {
    return module(dialect).map(module -> module.protocols(settings)).orElse(Set.of());
  }

  /**
   * Returns the number of a port of a dialect.
   *
   * @param otherwise in a build without the dialect
   */
  int port(Dialect dialect, Protocol protocol, int otherwise) {
    return module(dialect)
        .map(module -> module.ports().get(protocol))
        .map(port -> number(port.key(), port.otherwise()))
        .orElse(otherwise);
  }

  private int number(String key, int otherwise) {
    String set = settings.apply(key);
    return set == null ? otherwise : Integer.parseInt(set);
  }

  private Optional<DialectModule> module(Dialect dialect) {
    return modules.stream().filter(module -> module.dialect() == dialect).findFirst();
  }
}
