package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.VariableTree;
import dev.orrery.docs.Sources.Parsed;
import dev.orrery.testing.TextFile;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Checks that docs/architecture.md lists the order of start and stop, with its classes. */
class LifecycleOrderPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final Path SERVICE = ROOT.resolve("scheduler-service");
  private static final Path ORDER =
      SERVICE.resolve("core/src/main/java/dev/orrery/scheduler/base/lifecycle/LifecycleOrder.java");
  private static final Pattern NUMBER = Pattern.compile("@Priority\\(\\s*\\d");

  @Test
  void listsStartAndStopOrder() {
    new Page(ROOT, "architecture.md")
        .check("lifecycle", table("START_", "start") + "\n" + table("STOP_", "stop"));
  }

  @Test
  void namesEveryPriorityByConstant() {
    assertThat(Sources.find(SERVICE, ".java"))
        .allSatisfy(
            file ->
                assertThat(TextFile.read(file)).as(file.toString()).doesNotContainPattern(NUMBER));
  }

  private static String table(String prefix, String title) {
    Parsed parsed = Sources.parse(ORDER);
    return parsed.type().getMembers().stream()
        .filter(VariableTree.class::isInstance)
        .map(VariableTree.class::cast)
        .filter(constant -> constant.getName().toString().startsWith(prefix))
        .sorted(Comparator.comparing(LifecycleOrderPageTest::number))
        .map(
            constant ->
                "| %d | %s | %s |\n"
                    .formatted(
                        number(constant),
                        users(constant.getName().toString()),
                        parsed.documentation(parsed.path(constant))))
        .collect(
            Collectors.joining(
                "", "| %s | classes | what |\n|---|---|---|\n".formatted(title), ""));
  }

  private static int number(VariableTree constant) {
    return (Integer) ((LiteralTree) constant.getInitializer()).getValue();
  }

  private static String users(String constant) {
    List<String> users =
        Sources.find(SERVICE, ".java").stream()
            .filter(file -> TextFile.read(file).contains("@Priority(" + constant + ")"))
            .map(file -> "`" + file.getFileName().toString().replace(".java", "") + "`")
            .toList();
    assertThat(users).as(constant).isNotEmpty();
    return String.join(", ", users);
  }
}
