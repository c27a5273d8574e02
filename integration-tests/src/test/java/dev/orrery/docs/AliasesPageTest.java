package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Checks that docs/configuration.md lists every supported PowerJob name. */
class AliasesPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Pattern CONSTANT =
      Pattern.compile("static final String (\\w+) = \"([^\"]+)\"");
  private static final Pattern ALIAS =
      Pattern.compile("new SettingAlias\\(\\s*(\"[^\"]+\"|\\w+),\\s*\"([^\"]+)\"");

  @Test
  void documentsAliasesOfTheScheduler() throws IOException {
    check(
        "scheduler aliases",
        "scheduler-service/src/main/java/dev/orrery/scheduler/edge/startup/SchedulerAliases.java");
  }

  @Test
  void documentsAliasesOfTheAgent() throws IOException {
    check(
        "agent aliases", "worker-agent/src/main/java/dev/orrery/agent/startup/WorkerAliases.java");
  }

  private static void check(String part, String file) throws IOException {
    String source = Files.readString(ROOT.resolve(file));
    Map<String, String> constants = new HashMap<>();
    Matcher constant = CONSTANT.matcher(source);
    while (constant.find()) {
      constants.put(constant.group(1), constant.group(2));
    }
    StringBuilder table = new StringBuilder("| PowerJob's name | ours |\n|---|---|\n");
    Matcher alias = ALIAS.matcher(source);
    int found = 0;
    while (alias.find()) {
      String key = alias.group(1);
      table
          .append("| `")
          .append(alias.group(2))
          .append("` | `")
          .append(key.startsWith("\"") ? key.replace("\"", "") : constants.get(key))
          .append("` |\n");
      found++;
    }
    assertThat(found).isEqualTo(source.split("new SettingAlias\\(", -1).length - 1).isPositive();
    new Page(ROOT, "configuration.md").check(part, table.toString());
  }
}
