package dev.orrery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.ExpressionTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import dev.orrery.docs.Sources.Parsed;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks that docs/configuration.md matches the configuration mappings. */
class ConfigurationPageTest {
  private static final Path ROOT = Path.of(System.getProperty("orrery.it.root")).normalize();
  private static final String KNOWN =
      "../protocol/src/main/resources/dev/orrery/protocol/startup/settings.txt";
  private static final String HEADER =
      "# Made by ConfigurationPageTest: program, key, type (? where it may be empty), meaning.\n";

  @Test
  void documentsSettingsOfTheScheduler() {
    new Page(ROOT, "configuration.md").check("scheduler", tables("scheduler-service"));
  }

  @Test
  void documentsSettingsOfTheAgent() {
    new Page(ROOT, "configuration.md").check("agent", tables("worker-agent"));
  }

  /** Checks the settings that the programs know; they reject all others. */
  @Test
  void listsKnownSettingsOfBothPrograms() {
    String known =
        Stream.concat(lines("scheduler", "scheduler-service"), lines("agent", "worker-agent"))
            .collect(Collectors.joining("\n", "", "\n"));
    new Page(ROOT, KNOWN).checkAll(HEADER + known);
  }

  private static Stream<String> lines(String program, String module) {
    return mappings(module)
        .flatMap(mapping -> settings(mapping).stream())
        .map(
            setting ->
                String.join(
                    " ",
                    program,
                    setting.key(),
                    type(setting.key(), setting.type()),
                    firstSentence(setting.documentation())));
  }

  private static String type(String key, String javaType) {
    return switch (javaType) {
      case "int" -> "whole_number";
      case "boolean" -> "boolean";
      case "Duration" -> "duration";
      case "ZoneId" -> "zone";
      case "Optional<Duration>" -> "duration?";
      case "String", "Path" -> "text";
      case "Optional<String>", "Optional<Path>" -> "text?";
      case "List<String>" -> "list";
      case "Optional<List<String>>", "Optional<List<Path>>" -> "list?";
      default ->
          throw new AssertionError(key + " is of a type that has no SettingType: " + javaType);
    };
  }

  private static String firstSentence(String documentation) {
    return documentation.replaceAll("(?<=\\.) .*", "").replace("`", "");
  }

  private static Stream<Parsed> mappings(String module) {
    List<Path> mappings = Sources.find(ROOT.resolve(module), "Config.java");
    assertThat(mappings).isNotEmpty();
    return mappings.stream().map(Sources::parse).sorted((a, b) -> prefix(a).compareTo(prefix(b)));
  }

  private static String tables(String module) {
    return mappings(module).map(ConfigurationPageTest::table).collect(Collectors.joining("\n"));
  }

  private static String table(Parsed parsed) {
    StringBuilder table = new StringBuilder();
    table.append("### `").append(prefix(parsed)).append("`\n\n");
    table.append(parsed.documentation(parsed.path(parsed.type()))).append("\n\n");
    table.append("| key | default | meaning |\n|---|---|---|\n");
    for (Documented setting : settings(parsed)) {
      table
          .append("| `")
          .append(setting.key())
          .append("` | ")
          .append(setting.value())
          .append(" | ")
          .append(setting.documentation())
          .append(" |\n");
    }
    return table.toString();
  }

  /**
   * @param type in Java
   * @param value the default
   */
  private record Documented(String key, String type, String value, String documentation) {}

  private static List<Documented> settings(Parsed parsed) {
    List<Documented> settings = new ArrayList<>();
    collect(parsed, parsed.type(), prefix(parsed), settings);
    return settings;
  }

  private static void collect(
      Parsed parsed, ClassTree type, String prefix, List<Documented> settings) {
    for (Tree member : type.getMembers()) {
      if (member instanceof MethodTree method) {
        String returned = method.getReturnType().toString();
        Optional<ClassTree> group = nested(type, returned);
        String key = key(prefix, method);
        if (group.isPresent()) {
          collect(parsed, group.get(), key, settings);
        } else {
          String documentation = parsed.documentation(parsed.path(method));
          assertThat(documentation).as(key + " has no documentation").isNotEmpty();
          settings.add(new Documented(key, returned, value(type, method), documentation));
        }
      }
    }
  }

  private static Optional<ClassTree> nested(ClassTree type, String name) {
    return type.getMembers().stream()
        .filter(member -> member instanceof ClassTree)
        .map(ClassTree.class::cast)
        .filter(nested -> nested.getSimpleName().contentEquals(name))
        .findFirst();
  }

  private static String key(String prefix, MethodTree method) {
    if (annotation(method.getModifiers().getAnnotations(), "WithParentName").isPresent()) {
      return prefix;
    }
    String name =
        annotation(method.getModifiers().getAnnotations(), "WithName")
            .orElseGet(() -> kebab(method.getName().toString()));
    return prefix + "." + name;
  }

  private static String value(ClassTree type, MethodTree method) {
    return annotation(method.getModifiers().getAnnotations(), "WithDefault")
        .map(text -> constant(type, text))
        .map(text -> "`" + text + "`")
        .orElse("–");
  }

  /** Resolves a default that refers to a constant of the port plan or of its own mapping. */
  private static String constant(ClassTree type, String text) {
    return switch (text) {
      case "PortPlan.HTTP" -> Integer.toString(dev.orrery.protocol.port.PortPlan.HTTP);
      case "PortPlan.AKKA" -> Integer.toString(dev.orrery.protocol.port.PortPlan.AKKA);
      case "PortPlan.WORKER" -> Integer.toString(dev.orrery.protocol.port.PortPlan.WORKER);
      case "PortPlan.CLUSTER" -> Integer.toString(dev.orrery.protocol.port.PortPlan.CLUSTER);
      default -> ownConstant(type, text).orElse(text);
    };
  }

  private static Optional<String> ownConstant(ClassTree type, String name) {
    return type.getMembers().stream()
        .filter(member -> member instanceof VariableTree)
        .map(VariableTree.class::cast)
        .filter(constant -> constant.getName().contentEquals(name))
        .map(constant -> unquoted(constant.getInitializer().toString()))
        .findFirst();
  }

  private static String unquoted(String literal) {
    return literal.replaceAll("^\"|\"$", "");
  }

  private static String prefix(Parsed parsed) {
    return annotation(parsed.type().getModifiers().getAnnotations(), "ConfigMapping")
        .orElseThrow(() -> new AssertionError(parsed.type().getSimpleName() + " is no mapping"));
  }

  /** Returns the value of an annotation; empty text if it has none. */
  private static Optional<String> annotation(
      List<? extends AnnotationTree> annotations, String name) {
    return annotations.stream()
        .filter(annotation -> annotation.getAnnotationType().toString().endsWith(name))
        .map(ConfigurationPageTest::argument)
        .findFirst();
  }

  private static String argument(AnnotationTree annotation) {
    if (annotation.getArguments().isEmpty()) {
      return "";
    }
    ExpressionTree argument = annotation.getArguments().get(0);
    return unquoted(argument.toString().replaceAll("^\\w+ = ", "").replaceAll("^\"\" \\+ ", ""));
  }

  private static String kebab(String camelCase) {
    return camelCase.replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
  }
}
