package dev.orrery.cli;

import static java.util.regex.Pattern.DOTALL;
import static java.util.stream.Collectors.joining;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Explains in a sentence why a command line cannot be parsed. */
final class UsageErrorMessage {
  private static final String FILE = "-f";
  private static final String PARAMETER = "-p";
  private static final Pattern DOCUMENT = Pattern.compile("[^-].*\\.(ya?ml|json)");

  /** The message of the library for a value that it cannot convert. */
  private static final Pattern INVALID =
      Pattern.compile("Invalid value for (?:option|positional parameter)[^:]*: (.*)", DOTALL);

  private static final Set<Class<?>> NUMBERS =
      Set.of(int.class, Integer.class, long.class, Long.class);

  /** Words that other command lines have for ours. */
  private static final Map<String, String> KNOWN_ELSEWHERE =
      Map.of("list", "jobs", "version", "--version", "-n", "--limit");

  private UsageErrorMessage() {}

  /**
   * @param words of the whole command line
   */
  static String message(ParameterException error, List<String> words) {
    CommandLine command = error.getCommandLine();
    String message = error.getMessage();
    if (error instanceof UnmatchedArgumentException unmatched) {
      return unmatched(command, unmatched, words);
    }
    if (error instanceof MissingParameterException missing && lacksFile(missing)) {
      return message + withFile(command, words);
    }
    if (message.contains("should be in KEY=VALUE format")
        && error.getArgSpec() instanceof OptionSpec option) {
      return option.longestName()
          + " must be "
          + option.paramLabel()
          + "; got '"
          + error.getValue()
          + "'";
    }
    Matcher invalid = INVALID.matcher(message);
    if (error.getArgSpec() != null && invalid.matches()) {
      return invalidValue(error.getArgSpec(), error.getValue(), invalid.group(1));
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

  /**
   * @param why the words of the library, or of a converter
   */
  private static String invalidValue(ArgSpec argument, String value, String why) {
    String name =
        argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    Class<?> type = argument.type();
    String got = "; got '" + value + "'";
    if (type.isEnum()) {
      return name
          + " must be "
          + Stream.of(type.getEnumConstants())
              .map(Object::toString)
              .collect(joining(", "))
              .replaceFirst(", (\\w+)$", " or $1")
          + got;
    }
    return NUMBERS.contains(type) ? name + " must be a whole number" + got : name + ": " + why;
  }

  private static boolean lacksFile(MissingParameterException error) {
    return error.getMissing().stream()
        .anyMatch(missing -> missing instanceof OptionSpec option && names(option, FILE));
  }

  /** Returns the command with the missing file option inserted. */
  private static String withFile(CommandLine command, List<String> words) {
    return words.stream()
        .filter(word -> word.equals("-") || DOCUMENT.matcher(word).matches())
        .findFirst()
        .map(file -> ". Did you mean " + called(command) + " " + FILE + " " + file + "?")
        .orElse("");
  }

  private static String unmatched(
      CommandLine command, UnmatchedArgumentException error, List<String> words) {
    String word = error.getUnmatched().get(0);
    String meant = KNOWN_ELSEWHERE.get(word);
    if (meant != null && has(command, meant)) {
      return "Unknown %s '%s'. Did you mean %s?"
          .formatted(error.isUnknownOption() ? "option" : "command", word, meant);
    }
    if (error.isUnknownOption()) {
      return "Unknown option '"
          + word
          + "'."
          + ofSubcommand(command, word, words)
              .orElseGet(
                  () ->
                      WordSuggestion.among(
                          word,
                          error.getSuggestions(),
                          command.getCommandSpec().optionsMap().keySet()));
    }
    if (command.getCommandSpec().positionalParameters().isEmpty()
        && !command.getSubcommands().isEmpty()) {
      return "Unknown command '"
          + word
          + "'."
          + WordSuggestion.among(word, error.getSuggestions(), command.getSubcommands().keySet());
    }
    String message = "Unexpected argument '" + word + "'.";
    return has(command, PARAMETER) && word.contains("=")
        ? message + " Did you mean " + PARAMETER + " " + word + "?"
        : message;
  }

  /**
   * Returns the correct position of an option that belongs to a subcommand: {@code --url} before
   * the command, or {@code get greet --app demo}. Omits its value, which may be a token.
   */
  private static Optional<String> ofSubcommand(
      CommandLine command, String word, List<String> words) {
    String option = word.replaceFirst("=.*", "");
    List<String> having =
        command.getSubcommands().entrySet().stream()
            .filter(subcommand -> subcommand.getValue().getCommandSpec().findOption(option) != null)
            .map(Map.Entry::getKey)
            .toList();
    if (having.isEmpty()) {
      return Optional.empty();
    }
    String meant =
        having.size() == 1
            ? having.get(0)
            : words.stream().filter(having::contains).findFirst().orElse("COMMAND");
    return Optional.of(
        " Write it after the command: " + called(command) + " " + meant + " … " + option);
  }

  private static boolean has(CommandLine command, String word) {
    return command.getSubcommands().containsKey(word)
        || command.getCommandSpec().findOption(word) != null;
  }

  private static boolean names(OptionSpec option, String name) {
    return List.of(option.names()).contains(name);
  }

  private static String called(CommandLine command) {
    return "./" + command.getCommandSpec().qualifiedName();
  }
}
