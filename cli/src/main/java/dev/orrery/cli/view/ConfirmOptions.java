package dev.orrery.cli.view;

import dev.orrery.cli.UserException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import picocli.CommandLine.Option;

/**
 * The option {@code --yes}, and the question that replaces it, for commands that change or delete
 * many things.
 */
public final class ConfirmOptions {
  @Option(names = "--yes", description = "Do not ask first; required without a terminal.")
  private boolean confirmed;

  public boolean isConfirmed() {
    return confirmed;
  }

  /**
   * Requires {@code --yes} or a terminal to ask at.
   *
   * @param what the command does, such as {@code --prune deletes jobs}
   * @param otherwise what the user can do in place of {@code --yes}; may be empty
   */
  public void requireAnswerable(String what, String otherwise) {
    if (!confirmed && !Terminal.hasInput()) {
      throw UserException.usage(what + ". Without a terminal to confirm at, add --yes" + otherwise);
    }
  }

  /**
   * Asks, unless the user has confirmed with {@code --yes}.
   *
   * @throws UserException if the answer is not yes
   */
  public void ask(String question, CommandOutput view) {
    if (confirmed) {
      return;
    }
    view.note(question + " [y/N]");
    if (!Set.of("y", "yes").contains(answer().strip().toLowerCase(Locale.ROOT))) {
      throw new UserException("Nothing was changed.");
    }
  }

  private static String answer() {
    try {
      String line =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UserException("The answer cannot be read: " + e.getMessage());
    }
  }
}
