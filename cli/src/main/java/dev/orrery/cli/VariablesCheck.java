package dev.orrery.cli;

import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import java.util.List;
import java.util.Map;

/** Warns about unknown environment variables that begin with {@code ORRERY_}. */
final class VariablesCheck {
  private VariablesCheck() {}

  /** Returns a line for each unknown variable, with a suggestion. */
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
