package dev.orrery.cli.demo;

import dev.orrery.cli.local.LocalStack;

/** Stops the local stack on Ctrl-C, and prints that it does. */
final class StopOnInterrupt {
  private StopOnInterrupt() {}

  static void whenInterrupted(DemoScreen screen, LocalStack stack) {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  if (stack.isRunning()) {
                    screen.blank();
                    screen.line("Stopping …");
                    stack.close();
                    screen.line("Stopped.");
                  }
                },
                "orrery-stop"));
  }
}
