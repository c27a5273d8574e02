package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.view.OutputOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * Checks that docs/cli.md lists the existing commands. With {@code -Dorrery.docs.write=true} it
 * writes the page instead.
 */
class CliPageTest {
  private static final String BEGIN = "<!-- generated: commands -->\n";
  private static final String END = "<!-- end: commands -->";
  private static final String TABLE = "| argument | meaning |\n|---|---|\n";
  private static final Set<Class<?>> COMMON =
      Set.of(AppOptions.class, ClientOptions.class, OutputOptions.class);
  private static final Path PAGE = Path.of("..", "docs", "cli.md");

  @Test
  void documentsEveryCommandWithItsOptions() throws IOException {
    StringBuilder commands = new StringBuilder();
    describeCommonOptions(commands);
    Main.commandLine().getSubcommands().values().stream()
        .filter(command -> !(command.getCommand() instanceof CommandLine.HelpCommand))
        .filter(command -> !command.getCommandSpec().usageMessage().hidden())
        .forEach(command -> describe(command, commands));
    String page = Files.readString(PAGE);
    int from = page.indexOf(BEGIN) + BEGIN.length();
    int to = page.indexOf(END);

    if (Boolean.getBoolean("orrery.docs.write")) {
      Files.writeString(PAGE, page.substring(0, from) + commands + page.substring(to));
      return;
    }
    assertThat(page.substring(from, to))
        .as("Bring docs/cli.md up to date: run this test with -Dorrery.docs.write=true")
        .isEqualTo(commands.toString());
  }

  @Test
  void namesStackDirectoryInHelpAsDefaultUrlSource() {
    OptionSpec url =
        Main.commandLine().getSubcommands().get("ps").getCommandSpec().findOption("--url");

    assertThat(String.join(" ", url.description()))
        .containsSubsequence("ORRERY_URL", ".orrery/stack.json", "http://localhost:7700");
  }

  @Test
  void buildsCommandLineForEachSingleCommand() {
    Set<String> names = new LinkedHashSet<>(Main.commandLine().getSubcommands().keySet());
    assertThat(names.remove("help")).isTrue();
    for (String name : names) {
      CommandLine alone = Main.commandLine(name);
      assertThat(alone.getSubcommands()).containsOnlyKeys(name);
      assertThat(alone.getSubcommands().get(name).getCommandName()).isEqualTo(name);
    }
  }

  private static void describe(CommandLine command, StringBuilder text) {
    CommandSpec spec = command.getCommandSpec();
    text.append("### ").append(fullName(spec)).append("\n\n");
    for (String line : spec.usageMessage().description()) {
      text.append(line).append("\n\n");
    }
    Set<OptionSpec> common = new LinkedHashSet<>();
    collectCommon(spec, common);
    StringBuilder rows = new StringBuilder();
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      boolean optional = parameter.arity().min() == 0;
      row(
          optional ? "[" + parameter.paramLabel() + "]" : parameter.paramLabel(),
          parameter.description(),
          rows);
    }
    spec.options().stream()
        .filter(option -> common.stream().noneMatch(other -> sameNames(option, other)))
        .forEach(option -> describe(option, rows));
    if (!rows.isEmpty()) {
      text.append(TABLE).append(rows).append('\n');
    }
    if (!common.isEmpty()) {
      text.append("Common options: ")
          .append(
              common.stream()
                  .map(option -> "`" + option.longestName() + "`")
                  .collect(Collectors.joining(", ")))
          .append(".\n\n");
    }
    command.getSubcommands().values().forEach(subcommand -> describe(subcommand, text));
  }

  private static void describeCommonOptions(StringBuilder text) {
    text.append("### Common options\n\n").append(TABLE);
    for (Object options : List.of(new AppOptions(), new OutputOptions())) {
      CommandSpec.forAnnotatedObject(options).options().forEach(option -> describe(option, text));
    }
    text.append('\n');
  }

  private static String fullName(CommandSpec spec) {
    return spec.qualifiedName().replaceFirst("^orrery ", "");
  }

  private static void collectCommon(CommandSpec spec, Set<OptionSpec> common) {
    for (CommandSpec mixin : spec.mixins().values()) {
      if (COMMON.contains(mixin.userObject().getClass())) {
        mixin.options().stream().filter(CliPageTest::isOwn).forEach(common::add);
      }
      collectCommon(mixin, common);
    }
  }

  private static boolean sameNames(OptionSpec one, OptionSpec other) {
    return Arrays.equals(one.names(), other.names());
  }

  private static boolean isOwn(OptionSpec option) {
    return !option.usageHelp() && !option.versionHelp() && !option.hidden();
  }

  private static void describe(OptionSpec option, StringBuilder rows) {
    if (isOwn(option)) {
      String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
      row(String.join("`, `", option.names()) + value, rendered(option), rows);
    }
  }

  private static String[] rendered(OptionSpec option) {
    return Arrays.stream(option.description())
        .map(line -> line.replace("${DEFAULT-VALUE}", String.valueOf(option.defaultValue())))
        .map(line -> Ansi.OFF.string(line))
        .toArray(String[]::new);
  }

  private static void row(String name, String[] description, StringBuilder text) {
    text.append("| `")
        .append(name)
        .append("` | ")
        .append(String.join(" ", List.of(description)).replace("|", "\\|"))
        .append(" |\n");
  }

  @Test
  void documentsExitCodesAsDefinedInCode() throws IOException {
    String page = Files.readString(PAGE).toLowerCase(Locale.ROOT);

    assertThat(page)
        .contains("| " + ExitCode.OK + " | done")
        .contains("| " + ExitCode.FAILED + " | the run failed")
        .contains("| " + ExitCode.USAGE + " | the command line")
        .contains("| " + ExitCode.UNREACHABLE + " | no scheduler");
  }
}
