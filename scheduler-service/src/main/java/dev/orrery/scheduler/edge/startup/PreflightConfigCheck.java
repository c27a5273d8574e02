package dev.orrery.scheduler.edge.startup;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.AliasedSettings.Given;
import dev.orrery.protocol.startup.FrameworkSettings;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.startup.WrittenSetting;
import dev.orrery.protocol.text.TokenText;
import dev.orrery.scheduler.base.lifecycle.ShutdownConfig;
import dev.orrery.scheduler.engine.agreement.DialectModule;
import dev.orrery.scheduler.engine.retention.RetentionConfigCheck;
import dev.orrery.service.RawConfig;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks settings as written, before the embedded database is created and before the configuration
 * library drops empty values.
 */
final class PreflightConfigCheck {
  static final String ADMIN_TOKEN = "orrery.security.admin-token";

  static final String SHUTDOWN_DELAY = "orrery.shutdown.delay";

  private static final String CLUSTER_ENABLED = "orrery.cluster.enabled";
  private static final String POWERJOB = "orrery.powerjob.";
  private static final String CLUSTER_SECRET = "orrery.cluster.secret";

  private static final String POSTGRESQL = "jdbc:postgresql:";

  private final AliasedSettings settings;
  private final Predicate<Protocol> available;
  private final List<DialectModule> dialects;

  /**
   * @param available returns whether a protocol is on the class path; called only for protocols
   *     that the settings name
   * @param dialects that this build contains
   */
  PreflightConfigCheck(
      AliasedSettings settings, Predicate<Protocol> available, List<DialectModule> dialects) {
    this.settings = settings;
    this.available = available;
    this.dialects = dialects;
  }

  String get(String key) {
    String value = settings.given(key).value();
    return value == null || value.isBlank() ? null : value.strip();
  }

  /**
   * @throws StartupException naming the setting, its value and the fix
   */
  void check() {
    checkProtocols();
    checkDatabase();
    checkCluster();
    checkAdminToken();
    RetentionConfigCheck.requireWritten(this::get);
  }

  private void checkAdminToken() {
    String token = get(ADMIN_TOKEN);
    if (token != null) {
      String toSet = "Set a random one, for example the output of: openssl rand -hex 32";
      SecretCheck.require(ADMIN_TOKEN, token, toSet);
      if (!TokenText.isToken(token)) {
        throw new StartupException(ADMIN_TOKEN + " " + TokenText.RULE + ". " + toSet);
      }
    }
  }

  /**
   * @throws StartupException if no admin token is set
   */
  void requireAdminToken() {
    if (get(ADMIN_TOKEN) == null) {
      throw new StartupException(
          "an external database is given, but no admin token. Set "
              + ADMIN_TOKEN
              + " (environment: ORRERY_SECURITY_ADMIN_TOKEN) to a random value, for example the"
              + " output of: openssl rand -hex 32");
    }
  }

  /**
   * Must be called if no URL of an external database is set.
   *
   * @param written the settings of all sources
   * @throws StartupException if other settings of an external database are set: the user then does
   *     not want an empty embedded database
   */
  void requireNoExternalMeant(Collection<WrittenSetting> written) {
    String credentials =
        Stream.of(SchedulerAliases.DATABASE_USER, SchedulerAliases.DATABASE_PASSWORD)
            .filter(key -> get(key) != null)
            .map(key -> nameAsWritten(settings.given(key).name(), written))
            .collect(Collectors.joining(" and "));
    Optional<WrittenSetting> misspelt =
        written.stream()
            .filter(
                name ->
                    FrameworkSettings.meant(name)
                        .filter(SchedulerAliases.DATABASE_URL::equals)
                        .isPresent())
            .findFirst();
    if (misspelt.isPresent()) {
      throw new StartupException(
          misspelt.get().name()
              + " is not a known setting, and without "
              + SchedulerAliases.DATABASE_URL
              + " there is no external database. "
              + FrameworkSettings.question(misspelt.get(), SchedulerAliases.DATABASE_URL));
    }
    if (!credentials.isEmpty()) {
      throw new StartupException(
          credentials
              + (credentials.contains(" and ") ? " are" : " is")
              + " set, but "
              + SchedulerAliases.DATABASE_URL
              + " (environment: QUARKUS_DATASOURCE_JDBC_URL) is not. Set that one, or unset "
              + credentials
              + " for the embedded database.");
    }
  }

  private static String nameAsWritten(String key, Collection<WrittenSetting> written) {
    return written.stream()
        .filter(source -> source.sets(key))
        .map(WrittenSetting::name)
        .findFirst()
        .orElse(key);
  }

  /**
   * Must be called if no external database is set.
   *
   * @param nativeBuild whether this is a native build, which contains no database server
   * @throws StartupException if the build contains no database, or the settings exclude it
   */
  void requireEmbedded(boolean nativeBuild) {
    String toSet =
        " Set "
            + SchedulerAliases.DATABASE_URL
            + ", "
            + SchedulerAliases.DATABASE_USER
            + " and "
            + SchedulerAliases.DATABASE_PASSWORD
            + ".";
    if ("false".equalsIgnoreCase(get("orrery.database.embedded"))) {
      throw new StartupException(
          "no database: orrery.database.embedded is false and no external one is given." + toSet);
    }
    if (nativeBuild) {
      throw new StartupException(
          "no database: native builds have none embedded, and no external one is given." + toSet);
    }
  }

  /**
   * @throws StartupException if a setting of the gateway for PowerJob is set in a build without it
   */
  void requireGateway(Collection<WrittenSetting> written) {
    if (dialects.isEmpty()) {
      written.stream()
          .map(WrittenSetting::name)
          .filter(name -> name.toLowerCase(Locale.ROOT).replace('_', '.').startsWith(POWERJOB))
          .findFirst()
          .ifPresent(
              name -> {
                throw new StartupException(
                    name
                        + " is set, but this build does not contain the gateway for PowerJob."
                        + " Remove the setting, or use a build with the gateway.");
              });
    }
  }

  /**
   * Checks whether the ports are free, before anything is started that would then have to be
   * stopped.
   *
   * @throws StartupException naming the port and the setting to change
   */
  void requireFreePorts() {
    requireFreePort(SchedulerAliases.API_PORT, PortPlan.API);
    requireFreePort("quarkus.management.port", PortPlan.MANAGEMENT);
    if (active().contains(Protocol.HTTP)) {
      requireFreePort(SchedulerAliases.HTTP_PORT, PortPlan.HTTP);
    }
    if (active().contains(Protocol.AKKA)) {
      requireFreePort(SchedulerAliases.AKKA_PORT, PortPlan.AKKA);
    }
    for (DialectModule dialect : dialects) {
      Set<Protocol> served = dialect.protocols(this::get);
      dialect.ports().entrySet().stream()
          .filter(port -> served.contains(port.getKey()))
          .map(Map.Entry::getValue)
          .forEach(port -> requireFreePort(port.key(), port.otherwise()));
    }
    if (isClusterMode()) {
      requireFreePort("orrery.cluster.port", PortPlan.CLUSTER);
    }
  }

  private void requireFreePort(String key, int otherwise) {
    String host = get(key.substring(0, key.lastIndexOf('.')) + ".host");
    PortCheck.requireFree(settings.given(key).name(), get(key), otherwise, host);
  }

  private List<Protocol> active() {
    Given given = settings.given(SchedulerAliases.ACTIVE);
    return given.value() == null ? List.of(Protocol.HTTP) : parse(given);
  }

  private boolean isClusterMode() {
    return RawConfig.isTrue(get(CLUSTER_ENABLED));
  }

  /** Returns the default of {@link #SHUTDOWN_DELAY}; null if it is set or has no default. */
  String shutdownDelay() {
    return get(SHUTDOWN_DELAY) == null && isClusterMode() ? ShutdownConfig.CLUSTER_DELAY : null;
  }

  private void checkCluster() {
    if (!isClusterMode()) {
      return;
    }
    String secret = get(CLUSTER_SECRET);
    String toSet =
        "Set it to the same random value on all replicas (environment: ORRERY_CLUSTER_SECRET), for"
            + " example the output of: openssl rand -hex 32";
    if (secret == null) {
      throw new StartupException(CLUSTER_ENABLED + " needs " + CLUSTER_SECRET + ". " + toSet);
    }
    SecretCheck.require(CLUSTER_SECRET, secret, toSet);
  }

  private void checkProtocols() {
    List<Protocol> active = active();
    String activeName = settings.given(SchedulerAliases.ACTIVE).name();
    for (Protocol protocol : active) {
      if (!available.test(protocol)) {
        throw new StartupException(
            activeName
                + " names "
                + protocol.canonicalName()
                + ", which this build does not contain. Set "
                + activeName
                + "=http.");
      }
    }
    Given main = settings.given(SchedulerAliases.MAIN);
    if (main.value() != null && !active.contains(one(main))) {
      throw new StartupException(
          main.name()
              + "="
              + main.value()
              + " is not among the active protocols ("
              + activeName
              + "="
              + active.stream().map(Protocol::canonicalName).collect(Collectors.joining(","))
              + "). Add it there, or set "
              + main.name()
              + " to one of them.");
    }
  }

  private void checkDatabase() {
    String url = get(SchedulerAliases.DATABASE_URL);
    if (url != null && !url.startsWith(POSTGRESQL)) {
      throw new StartupException(
          settings.given(SchedulerAliases.DATABASE_URL).name()
              + " is not a URL of PostgreSQL, the only supported database. Set it to a URL that begins"
              + " with "
              + POSTGRESQL
              + " or leave it out for the embedded database.");
    }
  }

  private static Protocol one(Given given) {
    if (given.value().contains(",")) {
      throw new StartupException(
          given.name()
              + "='"
              + given.value()
              + "' names several protocols; set exactly one. Valid names: "
              + Protocol.validNames()
              + ".");
    }
    return parse(given).get(0);
  }

  private static List<Protocol> parse(Given given) {
    try {
      return Protocol.parseList(given.value());
    } catch (UnknownNameException e) {
      throw new StartupException(given.name() + "='" + given.value() + "': " + e.getMessage());
    }
  }
}
