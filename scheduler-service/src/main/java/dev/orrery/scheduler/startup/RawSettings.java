package dev.orrery.scheduler.startup;

import dev.orrery.protocol.Transport;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.startup.Refusal;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Values as they were written. What is checked here cannot be checked later: the configuration
 * library takes an empty value for an absent one.
 */
final class RawSettings {
  static final String ADMIN_TOKEN = "orrery.security.admin-token";

  private static final String ACTIVE = "orrery.protocols.active";
  private static final String MAIN = "orrery.protocols.main";

  /** Values that stand in our documentation as examples; everybody knows them. */
  private static final List<String> EXAMPLE_TOKENS =
      List.of("change-me-to-32-random-characters", "YOUR-ADMIN-TOKEN");

  private final UnaryOperator<String> values;

  /**
   * @param values gives the value of a key, or null
   */
  RawSettings(UnaryOperator<String> values) {
    this.values = values;
  }

  /** The value, or null where it is absent or blank. */
  String get(String key) {
    String value = values.apply(key);
    return value == null || value.isBlank() ? null : value.strip();
  }

  /**
   * @throws Refusal naming the setting, its value and what to set
   */
  void check() {
    checkProtocols();
    String token = get(ADMIN_TOKEN);
    if (token != null && EXAMPLE_TOKENS.contains(token)) {
      throw new Refusal(
          ADMIN_TOKEN
              + " is an example value of the documentation, which everybody knows. Set a random"
              + " one, for example the output of: openssl rand -hex 32");
    }
  }

  /**
   * @throws Refusal if none is set
   */
  void requireAdminToken() {
    if (get(ADMIN_TOKEN) == null) {
      throw new Refusal(
          "an external database is given, but no admin token. Set "
              + ADMIN_TOKEN
              + " (environment: ORRERY_SECURITY_ADMIN_TOKEN) to a random value, for example the"
              + " output of: openssl rand -hex 32");
    }
  }

  /**
   * Looks whether the ports are free, before anything is started that would have to be stopped
   * again.
   *
   * @throws Refusal naming the port and the setting to change
   */
  void requireFreePorts() {
    PortCheck.requireFree("quarkus.http.port", get("quarkus.http.port"), PortPlan.API);
    PortCheck.requireFree(
        "quarkus.management.port", get("quarkus.management.port"), PortPlan.MANAGEMENT);
    PortCheck.requireFree(
        "orrery.protocols.http.port", get("orrery.protocols.http.port"), PortPlan.HTTP);
  }

  private void checkProtocols() {
    String activeNames = values.apply(ACTIVE);
    List<Transport> active =
        activeNames == null ? List.of(Transport.HTTP) : parse(ACTIVE, activeNames);
    if (active.contains(Transport.AKKA)) {
      throw new Refusal(
          ACTIVE + " names akka, which this build does not contain. Set " + ACTIVE + "=http.");
    }
    String mainName = values.apply(MAIN);
    if (mainName != null) {
      Transport main = parse(MAIN, mainName).get(0);
      if (!active.contains(main)) {
        throw new Refusal(
            MAIN
                + "="
                + mainName
                + " is not among the active protocols ("
                + ACTIVE
                + "="
                + (activeNames == null ? "http" : activeNames)
                + "). Add it there, or set "
                + MAIN
                + " to one of them.");
      }
    }
  }

  private static List<Transport> parse(String key, String names) {
    try {
      if (key.equals(MAIN) && names.contains(",")) {
        throw new Refusal(key + "='" + names + "' names several protocols; set exactly one.");
      }
      return Transport.parseList(names);
    } catch (UnknownNameException e) {
      throw new Refusal(key + "='" + names + "': " + e.getMessage());
    }
  }
}
