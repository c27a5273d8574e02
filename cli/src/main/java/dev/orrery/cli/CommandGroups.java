package dev.orrery.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Help;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The commands of the program, in the groups and the order in which the help lists them. */
final class CommandGroups {
  private static final int WIDTH = 80;
  private static final int NAME_WIDTH = 13;

  private final Map<String, Supplier<Object>> commands = new LinkedHashMap<>();
  private final Map<String, Map<String, Supplier<Object>>> groups = new LinkedHashMap<>();
  private Map<String, Supplier<Object>> group;

  /** Begins a group. */
  CommandGroups group(String title) {
    group = new LinkedHashMap<>();
    groups.put(title, group);
    return this;
  }

  /** Adds a command to the last group. */
  CommandGroups add(String name, Supplier<Object> command) {
    group.put(name, command);
    commands.put(name, command);
    return this;
  }

  /** Adds a command that only programs call. */
  CommandGroups hidden(String name, Supplier<Object> command) {
    commands.put(name, command);
    return this;
  }

  boolean has(String name) {
    return commands.containsKey(name);
  }

  Set<String> names() {
    return commands.keySet();
  }

  Object create(String name) {
    return commands.get(name).get();
  }

  /** Lists commands by group in the help; those of no group come last. */
  void showIn(CommandLine commandLine) {
    Map<String, CommandLine.IHelpSectionRenderer> sections = commandLine.getHelpSectionMap();
    sections.remove(UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING);
    sections.put(UsageMessageSpec.SECTION_KEY_COMMAND_LIST, this::list);
  }

  private String list(Help help) {
    Map<String, Help> left = new LinkedHashMap<>(help.subcommands());
    StringBuilder text = new StringBuilder();
    groups.forEach(
        (title, members) -> {
          Map<String, Help> shown = new LinkedHashMap<>();
          members.keySet().forEach(name -> shown.put(name, left.remove(name)));
          text.append(String.format("%n%s:%n", title)).append(table(help.colorScheme(), shown));
        });
    return text.append(table(help.colorScheme(), left)).toString();
  }

  /** Shows the first sentence about each command; its own help has the others. */
  private static String table(Help.ColorScheme colours, Map<String, Help> shown) {
    Help.TextTable table =
        Help.TextTable.forColumns(
            colours,
            new Help.Column(NAME_WIDTH, 2, Help.Column.Overflow.SPAN),
            new Help.Column(WIDTH - NAME_WIDTH, 2, Help.Column.Overflow.WRAP));
    shown.forEach(
        (name, command) ->
            table.addRowValues(
                colours.commandText(name), colours.text(firstSentence(command.commandSpec()))));
    return table.toString();
  }

  /** Returns the first sentence of a description without its full stop. */
  static String firstSentence(CommandSpec command) {
    String[] header = command.usageMessage().header();
    return firstSentence(header.length > 0 ? header[0] : command.usageMessage().description()[0]);
  }

  static String firstSentence(String description) {
    return description.replaceFirst("[.;:]( .*)?$", "");
  }
}
