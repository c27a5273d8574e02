package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.startup.FrameworkSettings;
import dev.orrery.protocol.startup.WrittenSetting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that the programs know the Quarkus settings that docs/configuration.md lists. */
class FrameworkSettingsPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern ROW = Pattern.compile("(?m)^\\| (`quarkus\\.[^|]*) \\|");
  private static final Pattern KEY = Pattern.compile("`(quarkus\\.[^`]+)`");

  @Test
  void listsOnlyFrameworkKeysKnownToTheSettingsCheck() throws IOException {
    Set<String> keys = new TreeSet<>();
    Matcher row = ROW.matcher(Files.readString(ROOT.resolve("docs/configuration.md")));
    while (row.find()) {
      Matcher key = KEY.matcher(row.group(1));
      while (key.find()) {
        keys.add(key.group(1));
      }
    }
    assertThat(keys).hasSizeGreaterThan(10);
    for (String key : keys) {
      assertThat(warnings(key)).as(key).isEmpty();
      assertThat(warnings(key + "x")).as(key + "x").hasSize(1);
    }
  }

  private static List<String> warnings(String key) {
    return FrameworkSettings.warnings(List.of(new WrittenSetting(false, key, "x")));
  }
}
