package dev.orrery.scheduler.startup;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the service, and turns a start that failed into one message and an exit code. */
@QuarkusMain
public final class Main {
  private Main() {}

  public static void main(String... args) {
    Quarkus.run(null, Main::exit, args);
  }

  private static void exit(Integer exitCode, Throwable failure) {
    if (failure != null) {
      StartupFailure.print(failure, System.err);
    }
    System.exit(exitCode);
  }
}
