package dev.orrery.scheduler.edge.startup;

import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.SettingAlias;
import dev.orrery.protocol.startup.SettingKind;
import java.util.List;
import java.util.function.UnaryOperator;

/** Settings of a PowerJob server that are accepted as aliases. */
final class SchedulerAliases {
  static final String API_PORT = "quarkus.http.port";
  static final String ACTIVE = "orrery.protocols.active";
  static final String MAIN = "orrery.protocols.main";
  static final String HTTP_PORT = "orrery.protocols.http.port";
  static final String AKKA_PORT = "orrery.protocols.akka.port";
  static final String DATABASE_URL = "quarkus.datasource.jdbc.url";
  static final String DATABASE_USER = "quarkus.datasource.username";
  static final String DATABASE_PASSWORD = "quarkus.datasource.password";

  private static final List<SettingAlias> ALL =
      List.of(
          new SettingAlias(API_PORT, "server.port", SettingKind.TEXT),
          new SettingAlias(ACTIVE, "oms.transporter.active.protocols", SettingKind.PROTOCOLS),
          new SettingAlias(MAIN, "oms.transporter.main.protocol", SettingKind.PROTOCOLS),
          new SettingAlias(HTTP_PORT, "oms.http.port", SettingKind.TEXT),
          new SettingAlias(AKKA_PORT, "oms.akka.port", SettingKind.TEXT),
          // The URL may contain a password.
          new SettingAlias(DATABASE_URL, "spring.datasource.core.jdbc-url", SettingKind.SECRET),
          new SettingAlias(DATABASE_USER, "spring.datasource.core.username", SettingKind.TEXT),
          new SettingAlias(
              DATABASE_PASSWORD, "spring.datasource.core.password", SettingKind.SECRET));

  private SchedulerAliases() {}

  static AliasedSettings over(UnaryOperator<String> written, UnaryOperator<String> byUser) {
    return new AliasedSettings(ALL, written, byUser);
  }
}
