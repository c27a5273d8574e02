package dev.orrery.service;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.log.SafeLogFormatter;
import io.quarkus.runtime.StartupEvent;
import java.util.logging.SimpleFormatter;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.Logger;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.Test;

class LogSafetyTest {
  /** Delegates to other handlers, as the handler of Quarkus does. */
  private static final class Parent extends ExtHandler {}

  @Test
  void installsSafeFormatterOnNestedConsoleHandlers() {
    Logger logger = LogContext.getLogContext().getLogger("of-this-test");
    Parent parent = new Parent();
    ConsoleHandler console = new ConsoleHandler(new SimpleFormatter());
    parent.addHandler(console);
    logger.addHandler(parent);
    try {
      new LogSafety().start(new StartupEvent());
    } finally {
      logger.removeHandler(parent);
    }

    assertThat(console.getFormatter()).isInstanceOf(SafeLogFormatter.class);
  }
}
