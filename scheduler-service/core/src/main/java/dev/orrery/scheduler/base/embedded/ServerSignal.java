package dev.orrery.scheduler.base.embedded;

import java.io.IOException;

/** Signals that stop a PostgreSQL server; Java itself can only send TERM and KILL. */
enum ServerSignal {
  /** Ends sessions, writes a checkpoint, exits. */
  FAST_STOP("INT"),

  /** Ends without a checkpoint; the next start recovers. */
  IMMEDIATE_STOP("QUIT");

  private final String name;

  ServerSignal(String name) {
    this.name = name;
  }

  void sendTo(ProcessHandle server) throws IOException {
    // Uses the shell's builtin: not every image has a kill program.
    new ProcessBuilder("/bin/sh", "-c", "kill -" + name + " " + server.pid())
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
