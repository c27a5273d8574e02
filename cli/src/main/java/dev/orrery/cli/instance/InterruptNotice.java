package dev.orrery.cli.instance;

import dev.orrery.cli.view.CommandOutput;

/** Informs a user who stops waiting with Ctrl-C that this does not cancel the instance. */
final class InterruptNotice implements AutoCloseable {
  private final String instance;
  private final CommandOutput view;
  private final Thread hook = new Thread(this::print, "orrery-interrupt-notice");
  private volatile boolean closed;

  InterruptNotice(String instance, CommandOutput view) {
    this.instance = instance;
    this.view = view;
  }

  void start() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Prints the notice, unless the wait is over. */
  void print() {
    if (!closed) {
      view.note("Instance " + instance + " is not canceled: ./orrery cancel " + instance);
    }
  }

  /** Ends the wait, so that the following exit prints nothing. */
  @Override
  public void close() {
    // Not removed from the runtime, which refuses that once its shutdown has begun.
    closed = true;
  }
}
