package dev.orrery.worker.capture;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.worker.AttemptContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Writes an event of a logging framework to the log of an attempt, line by line. */
public final class CapturedEvent {
  /** The characters of one event; the log of the attempt has bounds of its own. */
  static final int MAX_CHARACTERS = 256 * 1024;

  private static final String SDK = "dev.orrery.worker";

  /** Set while a thread writes: formatting a message may log, too. */
  private static final ThreadLocal<Boolean> WRITING = new ThreadLocal<>();

  private CapturedEvent() {}

  /**
   * Writes the event, unless it comes from the SDK, or from the formatting of another event.
   *
   * @param logger its name; may be null
   * @param problem true for a warning or an error, which goes to the stream {@code stderr}
   * @param text the formatted event, with its stack trace
   */
  public static void write(
      AttemptContext attempt, @Nullable String logger, boolean problem, Supplier<String> text) {
    if (WRITING.get() != null || isOfSdk(String.valueOf(logger))) {
      return;
    }
    WRITING.set(Boolean.TRUE);
    try {
      String stream = problem ? "stderr" : "stdout";
      BoundedText.abbreviate(text.get().stripTrailing(), MAX_CHARACTERS)
          .lines()
          .forEach(line -> attempt.log(stream, line));
    } finally {
      WRITING.remove();
    }
  }

  private static boolean isOfSdk(String logger) {
    return logger.startsWith(SDK)
        && (logger.length() == SDK.length() || logger.charAt(SDK.length()) == '.');
  }
}
