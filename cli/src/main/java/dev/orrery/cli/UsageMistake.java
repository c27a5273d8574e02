package dev.orrery.cli;

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
      return "Unknown option '"
          + word
          + "'."
          + WordSuggestion.among(word, mistake.getSuggestions());
    }
    if (command.getCommandSpec().positionalParameters().isEmpty()
        && !command.getSubcommands().isEmpty()) {
      return "There is no command '"
          + word
          + "'."
          + WordSuggestion.among(word, mistake.getSuggestions());
    }
    return "Unexpected argument '" + word + "'.";
  }
}
