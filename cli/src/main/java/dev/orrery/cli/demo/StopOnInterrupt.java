package dev.orrery.cli.demo;

import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.local.LocalStack;
import java.util.concurrent.Callable;

/** Stops the local stack on Ctrl-C, and tells the user what the stop is waiting for. */
final class StopOnInterrupt {
  /** The exit code of shells for SIGINT. */
  static final int INTERRUPTED = 130;

  private StopOnInterrupt() {}

  /** Runs a command and closes its stack, also on Ctrl-C. Ignores failures that Ctrl-C causes. */
  static int run(StartScreen screen, LocalStack stack, Callable<Integer> command) throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(screen, stack), "orrery-stop"));
    try (stack) {
      return unlessInterrupted(stack, command);
    }
  }

  static int unlessInterrupted(LocalStack stack, Callable<Integer> command) throws Exception {
    try {
      return command.call();
    } catch (UserException | ApiException e) {
      if (stack.isClosing()) {
        return INTERRUPTED;
      }
      throw e;
    }
  }

  private static void stop(StartScreen screen, LocalStack stack) {
    if (stack.isRunning()) {
      screen.blank();
      screen.line("Stopping; runs that have begun get 30 seconds to end …");
      stack.close();
      screen.line("Stopped.");
    }
  }
}
