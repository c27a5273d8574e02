package dev.orrery.cli.demo;

import dev.orrery.cli.local.LocalStack;

/** Ctrl-C: what was started is stopped, and the user sees that it takes a moment. */
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
