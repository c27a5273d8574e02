package dev.orrery.agent.startup;

import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.SettingAlias;
import dev.orrery.protocol.startup.SettingKind;
import java.util.List;
import java.util.function.UnaryOperator;

/** The PowerJob names under which the agent also accepts settings of its worker. */
final class WorkerAliases {
  static final String PROTOCOL = "orrery.worker.protocol";

  private static final List<SettingAlias> ALL =
      List.of(
          new SettingAlias(PROTOCOL, "powerjob.worker.protocol", SettingKind.PROTOCOLS),
          new SettingAlias(
              "orrery.worker.server", "powerjob.worker.server-address", SettingKind.SERVERS),
          new SettingAlias("orrery.worker.app", "powerjob.worker.app-name", SettingKind.TEXT),
          new SettingAlias("orrery.worker.akka.port", "powerjob.worker.port", SettingKind.TEXT),
          new SettingAlias("orrery.worker.tags", "powerjob.worker.tag", SettingKind.TEXT));

  private WorkerAliases() {}

  /** See the constructor of {@link AliasedSettings}. */
  static AliasedSettings over(UnaryOperator<String> written, UnaryOperator<String> byUser) {
    return new AliasedSettings(ALL, written, byUser);
  }
}
