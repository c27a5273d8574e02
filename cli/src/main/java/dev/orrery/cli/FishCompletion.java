package dev.orrery.cli;

import dev.orrery.cli.client.CompletionNames;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** Writes the completion script for fish. */
final class FishCompletion {
  private static final List<String> BEGIN =
      List.of(
          "# Completion of orrery for fish.",
          "function _orrery_names",
          "  set -l words (commandline -opc) (commandline -ct)",
          "  command $words[1] names $argv $words[2..-1] 2>/dev/null",
          "end",
          "complete -c orrery -f");

  private static final Set<String> FILES = Set.of("FILE", "DIRECTORY");

  private FishCompletion() {}

  static List<String> lines(CommandLine commandLine) {
    List<String> lines = new ArrayList<>(BEGIN);
    visible(commandLine)
        .forEach(
            command -> {
              lines.add(
                  line("__fish_use_subcommand") + " -a " + name(command) + described(command));
              addArguments(command, "__fish_seen_subcommand_from " + name(command), lines);
            });
    return lines;
  }

  private static Stream<CommandSpec> visible(CommandLine commandLine) {
    return commandLine.getSubcommands().values().stream()
        .map(CommandLine::getCommandSpec)
        .filter(command -> !command.usageMessage().hidden());
  }

  private static void addArguments(CommandSpec command, String condition, List<String> lines) {
    List<String> names = visible(command.commandLine()).map(FishCompletion::name).toList();
    String own =
        names.isEmpty()
            ? condition
            : condition + "; and not __fish_seen_subcommand_from " + String.join(" ", names);
    for (OptionSpec option : command.options()) {
      if (!option.hidden()) {
        lines.add(line(own) + option(option));
      }
    }
    for (PositionalParamSpec parameter : command.positionalParameters()) {
      String values = values(parameter);
      if (!values.isEmpty()) {
        lines.add(line(own) + values);
      }
    }
    visible(command.commandLine())
        .forEach(
            inner -> {
              lines.add(line(own) + " -a " + name(inner) + described(inner));
              addArguments(
                  inner, condition + "; and __fish_seen_subcommand_from " + name(inner), lines);
            });
  }

  private static String line(String condition) {
    return "complete -c orrery -n " + quoted(condition);
  }

  private static String option(OptionSpec option) {
    StringBuilder text = new StringBuilder();
    for (String name : option.names()) {
      text.append(name.startsWith("--") ? " -l " : " -s ").append(name.replaceFirst("^-+", ""));
    }
    if (option.arity().max() > 0) {
      text.append(FILES.contains(option.paramLabel()) ? " -rF" : " -x").append(values(option));
    }
    return text
        + (option.description().length == 0
            ? ""
            : " -d " + quoted(CommandGroups.firstSentence(option.description()[0])));
  }

  /** Returns the words that complete an argument; empty if none are known. */
  private static String values(ArgSpec argument) {
    Iterable<String> candidates = argument.completionCandidates();
    if (candidates instanceof CompletionNames.Jobs) {
      return " -a '(_orrery_names jobs)'";
    }
    if (candidates instanceof CompletionNames.Apps) {
      return " -a '(_orrery_names apps)'";
    }
    return argument.type().isEnum()
        ? " -a "
            + quoted(
                String.join(
                    " ",
                    Stream.of(argument.type().getEnumConstants()).map(Object::toString).toList()))
        : "";
  }

  private static String name(CommandSpec command) {
    return command.name();
  }

  private static String described(CommandSpec command) {
    return " -d " + quoted(CommandGroups.firstSentence(command));
  }

  private static String quoted(String text) {
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
