package dev.orrery.worker.quarkus;

import dev.orrery.worker.capture.RunLogHandler;
import java.util.logging.Logger;
import org.jboss.logmanager.formatters.PatternFormatter;

/**
 * Writes what jobs log to the logs of their runs, by a handler at the root logger, which receives
 * the records of all loggers of Quarkus.
 */
final class LogCapture {
  /** The time is that of the line, so it is not part of the text. */
  private static final String PATTERN = "%-5p %c - %s%e";

  private RunLogHandler handler;

  /** Its formatter also knows messages in the forms of JBoss Logging. */
  void install() {
    handler = RunLogHandler.install();
    handler.setFormatter(new PatternFormatter(PATTERN));
  }

  /** Keeps the root logger from holding the classes of an application that has stopped. */
  void remove() {
    if (handler != null) {
      Logger.getLogger("").removeHandler(handler);
    }
  }
}
