package dev.orrery.bench;

import java.io.PrintStream;
import java.util.Locale;

/** Prints the progress to standard error, because standard output is for results. */
public final class ProgressPrinter {
  private final PrintStream out;
  private final long begun = System.nanoTime();

  public ProgressPrinter(PrintStream out) {
    this.out = out;
  }

  public void say(String format, Object... values) {
    long seconds = (System.nanoTime() - begun) / 1_000_000_000;
    out.printf(Locale.ROOT, "%4d s  %s%n", seconds, String.format(Locale.ROOT, format, values));
    out.flush();
  }
}
