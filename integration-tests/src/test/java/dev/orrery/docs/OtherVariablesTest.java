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
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Checks that no program rejects a variable that the command line or an application with a starter
 * reads, or that an agent sets for shell commands.
 */
class OtherVariablesTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern VARIABLE = Pattern.compile("\"(ORRERY_[A-Z_]+)\"");
  private static final Pattern SETTINGS =
      Pattern.compile("(?s)<!-- generated: settings -->.*?<!-- end: settings -->");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");

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
    accepted(names);
  }

  @ParameterizedTest
  @ValueSource(strings = {"spring-boot", "quarkus"})
  void acceptsEveryVariableOfApplications(String page) throws IOException {
    Set<String> names = new TreeSet<>();
    Matcher table = SETTINGS.matcher(Files.readString(ROOT.resolve("docs/" + page + ".md")));
    assertThat(table.find()).isTrue();
    Matcher row = ROW.matcher(table.group());
    while (row.find()) {
      String setting = row.group(1).equals("named") ? "named-billing-token" : row.group(1);
      names.add("ORRERY_WORKER_" + setting.toUpperCase(Locale.ROOT).replace('-', '_'));
    }
    assertThat(names).contains("ORRERY_WORKER_DECLARE_TOKEN").hasSizeGreaterThan(15);
    accepted(names);
  }

  private static void accepted(Set<String> names) {
    List<WrittenSetting> written =
        names.stream().map(name -> new WrittenSetting(true, name, "x")).toList();
    AliasedSettings none = new AliasedSettings(List.of(), key -> null, key -> null);
    for (Program program : Program.values()) {
      assertThatCode(() -> new SettingsCheck(program, value -> true).check(written, none))
          .doesNotThrowAnyException();
    }
  }
}
