package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.protocol.startup.AliasedSettings;
import dev.orrery.protocol.startup.Program;
import dev.orrery.protocol.startup.SettingsCheck;
import dev.orrery.protocol.startup.WrittenSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that no program rejects a variable that the command line reads or that an agent sets for
 * shell commands.
 */
class OtherVariablesTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern VARIABLE = Pattern.compile("\"(ORRERY_[A-Z_]+)\"");

  @ParameterizedTest
  @ValueSource(strings = {"cli", "worker-agent"})
  void acceptsEveryVariableOfCommandLineAndAgent(String module) throws IOException {
    Set<String> names = new TreeSet<>();
    for (Path source : Sources.find(ROOT.resolve(module), ".java")) {
      Matcher variable = VARIABLE.matcher(Files.readString(source));
      while (variable.find()) {
        names.add(variable.group(1));
      }
    }
    assertThat(names).hasSizeGreaterThan(3);
    List<WrittenSetting> written =
        names.stream().map(name -> new WrittenSetting(true, name, "x")).toList();
    AliasedSettings none = new AliasedSettings(List.of(), key -> null, key -> null);
    for (Program program : Program.values()) {
      assertThatCode(() -> new SettingsCheck(program, value -> true).check(written, none))
          .doesNotThrowAnyException();
    }
  }
}
