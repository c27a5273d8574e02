package dev.orrery.cli;

import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import java.util.List;
import java.util.Map;

/** Finds variables of the environment that begin with {@code ORRERY_} and that no program reads. */
final class VariablesCheck {
  private VariablesCheck() {}

  /** Returns one line for each of them, with the name that was probably meant. */
  static List<String> warnings(Map<String, String> environment) {
    List<WrittenSetting> written =
        environment.entrySet().stream()
            .filter(variable -> SettingsCheck.isOurs(variable.getKey()))
            .map(variable -> new WrittenSetting(true, variable.getKey(), variable.getValue()))
            .toList();
    if (written.isEmpty()) {
      // Reading the known settings would delay each command.
      return List.of();
    }
    return new SettingsCheck(Program.COMMAND_LINE, value -> true)
        .unknown(written).stream().map(line -> "Warning: " + line).toList();
  }
}
