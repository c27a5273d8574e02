package dev.orrery.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.protocol.text.SafeText;
import dev.orrery.protocol.text.UrlText;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Prints errors to standard error: a sentence, or with {@code -o json} a problem document on one
 * line.
 */
final class ErrorOutput implements IExecutionExceptionHandler, IParameterExceptionHandler {

  @Override
  public int handleExecutionException(Exception failure, CommandLine command, ParseResult parsed) {
    command.getOut().flush();
    print(command, parsed.originalArgs(), document(failure), message(failure));
    if (System.getenv("ORRERY_DEBUG") != null) {
      failure.printStackTrace(command.getErr());
    }
    return exitCode(failure);
  }

  @Override
  public int handleParseException(ParameterException error, String[] args) {
    CommandLine command = error.getCommandLine();
    if (args.length == 0) {
      command.usage(command.getErr());
      return ExitCode.USAGE;
    }
    String message = UsageErrorMessage.message(error, List.of(args));
    print(
        command,
        List.of(args),
        document("USAGE", message),
        message
            + "\n'./"
            + command.getCommandSpec().qualifiedName()
            + " --help' lists its arguments.");
    return ExitCode.USAGE;
  }

  /** Prints an error of the command line that picocli does not know; returns the exit code. */
  static int usage(CommandLine command, String[] args, String message) {
    print(command, List.of(args), document("USAGE", message), message);
    return ExitCode.USAGE;
  }

  /**
   * Prints why output was lost.
   *
   * @param exitCode of the command; kept unless it is 0
   */
  static int lost(CommandLine command, String[] args, int exitCode, String why) {
    String message = "Failed to write standard output: " + why;
    print(command, List.of(args), document("FAILED", message), message);
    return exitCode == ExitCode.OK ? ExitCode.FAILED : exitCode;
  }

  private static void print(
      CommandLine command, List<String> args, ObjectNode document, String message) {
    command
        .getErr()
        .println(
            OutputOptions.isJson(args)
                ? document
                : command
                    .getColorScheme()
                    .errorText(SafeText.lines(UrlText.withoutPasswords(message)))
                    .toString());
    command.getErr().flush();
  }

  private static String message(Exception failure) {
    return failure instanceof UserException || failure instanceof ApiException
        ? failure.getMessage()
        : "Unexpected error: " + failure + " (ORRERY_DEBUG=1 shows where)";
  }

  private static ObjectNode document(Exception failure) {
    if (failure instanceof ApiException refused) {
      return refused.problem();
    }
    String code =
        !(failure instanceof UserException)
            ? "UNEXPECTED"
            : exitCode(failure) == ExitCode.USAGE ? "USAGE" : "FAILED";
    return document(code, message(failure));
  }

  private static ObjectNode document(String code, String detail) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("code", code)
        .put("detail", UrlText.withoutPasswords(detail));
  }

  private static int exitCode(Exception failure) {
    if (failure instanceof UserException error) {
      return error.exitCode();
    }
    return failure instanceof ApiException problem
            && problem.code().equals(ApiException.UNREACHABLE)
        ? ExitCode.UNREACHABLE
        : ExitCode.FAILED;
  }
}
