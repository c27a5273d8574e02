package dev.orrery.cli;

import java.io.PrintWriter;
import java.util.concurrent.Callable;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery completion}: prints the completion script for a shell. */
@Command(
    name = "completion",
    description = {
      "Prints a script that completes commands, options, and names of jobs and apps.",
      "In bash and zsh: source <(./orrery completion)",
      "In fish: ./orrery completion fish | source"
    },
    mixinStandardHelpOptions = true)
final class CompletionCommand implements Callable<Integer> {
  /** Asks the called program with the words typed so far, which may name an app or a scheduler. */
  private static final String NAMES =
      """

      # Names of jobs or apps: nothing if no scheduler answers within two seconds.
      function _orrery_names() {
        command "${COMP_WORDS[0]}" names "$1" "${COMP_WORDS[@]:1}" 2>/dev/null
      }
      """;

  /** A list of values in the generated script that has only the mark of {@code CompletionNames}. */
  private static final Pattern MARK =
      Pattern.compile("  local (\\w+)_(option|pos_param)_args=\\(\"(jobs|apps)\"\\).*\\n");

  /** Users write these names. */
  enum Shell {
    bash,
    zsh,
    fish
  }

  @Parameters(
      paramLabel = "SHELL",
      arity = "0..1",
      defaultValue = "bash",
      description = "bash (default), zsh or fish.")
  private Shell shell;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    PrintWriter out = spec.commandLine().getOut();
    if (shell == Shell.fish) {
      FishCompletion.lines(Main.commandLine()).forEach(out::println);
    } else {
      out.print(asking(AutoComplete.bash("orrery", Main.commandLine())));
      out.print(NAMES);
    }
    out.flush();
    return ExitCode.OK;
  }

  /** Replaces lists of values that are marks by calls, which the shell makes when it needs them. */
  private static String asking(String script) {
    String asking = script;
    for (MatchResult mark : MARK.matcher(script).results().toList()) {
      String list = "compReplyArray \"${" + mark.group(1) + "_" + mark.group(2) + "_args[@]}\"";
      String names = "_orrery_names " + mark.group(3);
      asking =
          asking.replace(
              list,
              mark.group(2).equals("option")
                  ? "compgen -W \"$(" + names + ")\" -- \"${curr_word}\""
                  : names);
    }
    return MARK.matcher(asking).replaceAll("");
  }
}
