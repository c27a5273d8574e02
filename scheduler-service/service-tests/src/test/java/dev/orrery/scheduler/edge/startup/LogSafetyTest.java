package dev.orrery.scheduler.edge.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.log.SafeLogFormatter;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.handlers.ConsoleHandler;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LogSafetyTest {
  @Test
  void usesSafeLogFormatterForConsoleOfScheduler() {
    List<Handler> consoles = new ArrayList<>();
    collectConsoles(LogContext.getLogContext().getLogger("").getHandlers(), consoles);

    assertThat(consoles)
        .isNotEmpty()
        .allSatisfy(one -> assertThat(one.getFormatter()).isInstanceOf(SafeLogFormatter.class));
  }

  private static void collectConsoles(Handler[] handlers, List<Handler> consoles) {
    for (Handler handler : handlers) {
      if (handler instanceof ConsoleHandler) {
        consoles.add(handler);
      }
      if (handler instanceof ExtHandler parent) {
        collectConsoles(parent.getHandlers(), consoles);
      }
    }
  }
}
