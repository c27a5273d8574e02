package dev.orrery.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The sentence for a command line that cannot be parsed. */
final class UsageMistake {
  private UsageMistake() {}

  static String message(ParameterException mistake) {
    CommandLine command = mistake.getCommandLine();
    String message = mistake.getMessage();
    if (mistake instanceof UnmatchedArgumentException unmatched) {
      return unmatched(command, unmatched);
    }
    if (message.contains("should be in KEY=VALUE format")
        && mistake.getArgSpec() instanceof OptionSpec option) {
      return option.longestName()
          + " must be "
          + option.paramLabel()
          + "; got '"
          + mistake.getValue()
          + "'";
    }
    if (message.startsWith("Missing required subcommand")) {
      return "'"
          + command.getCommandName()
          + "' needs a command: "
          + String.join(", ", command.getSubcommands().keySet())
          + ".";
    }
    return message;
  }

  private static String unmatched(CommandLine command, UnmatchedArgumentException mistake) {
    String word = mistake.getUnmatched().get(0);
    if (mistake.isUnknownOption()) {
      return "Unknown option '" + word + "'." + suggestion(word, mistake.getSuggestions());
    }
    if (command.getCommandSpec().positionalParameters().isEmpty()
        && !command.getSubcommands().isEmpty()) {
      return "There is no command '" + word + "'." + suggestion(word, mistake.getSuggestions());
    }
    return "Unexpected argument '" + word + "'.";
  }

  /** Picocli suggests a name for every word; only one of about the same form can be meant. */
  private static String suggestion(String word, List<String> suggested) {
    return suggested.stream()
        .filter(name -> letters(name).charAt(0) == letters(word).charAt(0))
        .filter(name -> Math.abs(name.length() - word.length()) <= 2)
        .findFirst()
        .map(name -> " Did you mean " + name + "?")
        .orElse("");
  }

  private static String letters(String word) {
    return word.replaceFirst("^-+", "") + " ";
  }
}
