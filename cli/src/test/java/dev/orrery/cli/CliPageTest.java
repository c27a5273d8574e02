package dev.orrery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The commands in docs/cli.md are those that there are. With {@code -Dorrery.docs.write=true} the
 * page is written instead.
 */
class CliPageTest {
  private static final String BEGIN = "<!-- generated: commands -->\n";
  private static final String END = "<!-- end: commands -->";
  private static final Path PAGE = Path.of("..", "docs", "cli.md");

  @Test
  void pageHasAllCommandsWithAllTheirOptions() throws IOException {
    StringBuilder commands = new StringBuilder();
    Main.commandLine().getSubcommands().values().forEach(command -> describe(command, commands));
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
  void everyCommandCanBeCalledAlone() {
    for (String name : Main.commandLine().getSubcommands().keySet()) {
      CommandLine alone = Main.commandLine(name);
      assertThat(alone.getSubcommands()).containsOnlyKeys(name);
      assertThat(alone.getSubcommands().get(name).getCommandName()).isEqualTo(name);
    }
  }

  private static void describe(CommandLine command, StringBuilder text) {
    CommandSpec spec = command.getCommandSpec();
    text.append("### ").append(spec.name()).append("\n\n");
    for (String line : spec.usageMessage().description()) {
      text.append(line).append("\n\n");
    }
    text.append("| argument | meaning |\n|---|---|\n");
    for (PositionalParamSpec parameter : spec.positionalParameters()) {
      boolean optional = parameter.arity().min() == 0;
      row(
          optional ? "[" + parameter.paramLabel() + "]" : parameter.paramLabel(),
          parameter.description(),
          text);
    }
    for (OptionSpec option : spec.options()) {
      if (!option.usageHelp() && !option.versionHelp() && !option.hidden()) {
        String value = option.arity().max() == 0 ? "" : " " + option.paramLabel();
        row(String.join("`, `", option.names()) + value, rendered(option), text);
      }
    }
    text.append('\n');
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
  void exitCodesOfThePageAreThoseOfTheCode() throws IOException {
    String page = Files.readString(PAGE).toLowerCase(Locale.ROOT);

    assertThat(page)
        .contains("| " + ExitCode.OK + " | done")
        .contains("| " + ExitCode.FAILED + " | the run failed")
        .contains("| " + ExitCode.USAGE + " | the command line")
        .contains("| " + ExitCode.UNREACHABLE + " | no scheduler");
  }
}
