package dev.orrery.protocol.log;

import dev.orrery.protocol.text.SafeText;
import dev.orrery.protocol.text.UrlText;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.stream.Collectors;

/**
 * Wraps a formatter so that text from clients can neither forge a log line nor control a terminal:
 * it indents all lines of a record after the first, replaces control characters ({@link
 * SafeText#ofLog}), and masks passwords in URLs.
 */
public final class SafeLogFormatter extends Formatter {
  private static final String INDENT = "  ";

  private final Formatter delegate;

  public SafeLogFormatter(Formatter delegate) {
    this.delegate = delegate;
  }

  /** Wraps the handler's formatter, unless it is already wrapped. */
  public static void install(Handler handler) {
    Formatter formatter = handler.getFormatter();
    if (formatter != null && !(formatter instanceof SafeLogFormatter)) {
      handler.setFormatter(new SafeLogFormatter(formatter));
    }
  }

  @Override
  public String format(LogRecord logRecord) {
    String text = delegate.format(logRecord);
    String end = System.lineSeparator();
    boolean ends = text.endsWith(end);
    String lines = ends ? text.substring(0, text.length() - end.length()) : text;
    return safe(lines) + (ends ? end : "");
  }

  private static String safe(String lines) {
    return lines
        .lines()
        .map(line -> UrlText.withoutPasswords(SafeText.ofLog(line)))
        .collect(Collectors.joining(System.lineSeparator() + INDENT));
  }

  @Override
  public String getHead(Handler handler) {
    return delegate.getHead(handler);
  }

  @Override
  public String getTail(Handler handler) {
    return delegate.getTail(handler);
  }
}
