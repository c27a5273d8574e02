package dev.orrery.cli.demo;

import java.io.PrintWriter;
import java.time.Duration;
import picocli.CommandLine.Help.Ansi;

/** Prints the output of the demo line by line, with colours only on a terminal. */
final class StartScreen {
  private final PrintWriter out;

  StartScreen(PrintWriter out) {
    this.out = out;
  }

  void title(String text) {
    line("@|bold " + text + "|@");
  }

  /** Runs a step; prints its name when it begins, and its duration when it has ended. */
  void step(String name, String what, Runnable work) {
    out.print(Ansi.AUTO.string(String.format("  %-10s %s … ", name, what)));
    out.flush();
    long begun = System.nanoTime();
    work.run();
    double seconds = Duration.ofNanos(System.nanoTime() - begun).toMillis() / 1000.0;
    line(String.format("@|green ready|@ in %.1f s", seconds));
  }

  /**
   * Prints a line while a step runs.
   *
   * @param text printed verbatim
   */
  void duringStep(String text) {
    out.println();
    out.print(" ".repeat(13) + text + " … ");
    out.flush();
  }

  /**
   * @param text printed verbatim
   */
  void warning(String text) {
    out.println(Ansi.AUTO.string(String.format("  @|yellow %-10s|@ ", "warning")) + text);
    out.flush();
  }

  /**
   * @param text with picocli markup
   */
  void line(String text) {
    out.println(Ansi.AUTO.string(text));
    out.flush();
  }

  void blank() {
    line("");
  }
}
