package dev.orrery.worker.capture;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Arrays;
import java.util.logging.ErrorManager;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/**
 * A {@code java.util.logging} handler that writes a job's log output to the log of its run. It
 * finds the attempt through the current thread ({@link AttemptScope}). The property {@code
 * dev.orrery.worker.capture.RunLogHandler.level} sets its level; by default it accepts every record
 * that the loggers pass on.
 */
public final class RunLogHandler extends Handler {

  public RunLogHandler() {
    setFormatter(new LineFormatter());
    String level = LogManager.getLogManager().getProperty(getClass().getName() + ".level");
    setLevel(level == null ? Level.ALL : Level.parse(level.strip()));
  }

  /** Adds a handler to the root logger, unless it has one; returns the one that it has. */
  public static RunLogHandler install() {
    Logger root = Logger.getLogger("");
    synchronized (RunLogHandler.class) {
      return Arrays.stream(root.getHandlers())
          .filter(RunLogHandler.class::isInstance)
          .map(RunLogHandler.class::cast)
          .findFirst()
          .orElseGet(
              () -> {
                RunLogHandler handler = new RunLogHandler();
                root.addHandler(handler);
                return handler;
              });
    }
  }

  @Override
  public void publish(LogRecord event) {
    if (!isLoggable(event)) {
      return;
    }
    AttemptScope.current()
        .ifPresent(
            attempt ->
                CapturedEvent.write(
                    attempt,
                    event.getLoggerName(),
                    event.getLevel().intValue() >= Level.WARNING.intValue(),
                    () -> format(event)));
  }

  /** As in {@link Handler}: a message that cannot be formatted does not fail the job. */
  private String format(LogRecord event) {
    try {
      return getFormatter().format(event);
    } catch (RuntimeException e) {
      reportError(null, e, ErrorManager.FORMAT_FAILURE);
      return "";
    }
  }

  @Override
  public void flush() {
    // The SDK sends the lines.
  }

  @Override
  public void close() {
    // Holds nothing.
  }

  /** The time is that of the line, so it is not part of the text. */
  private static final class LineFormatter extends Formatter {
    @Override
    public String format(LogRecord event) {
      StringWriter text = new StringWriter();
      text.append(event.getLevel().getName()).append(' ');
      text.append(String.valueOf(event.getLoggerName())).append(" - ");
      text.append(formatMessage(event));
      if (event.getThrown() != null) {
        text.append('\n');
        event.getThrown().printStackTrace(new PrintWriter(text, true));
      }
      return text.toString();
    }
  }
}
