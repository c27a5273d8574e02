package dev.orrery.agent.startup;

import io.quarkus.logging.LoggingFilter;
import java.util.logging.Filter;
import java.util.logging.LogRecord;

/**
 * Shortens the start line of Quarkus: the agent has no HTTP server except its management port, so
 * the list of addresses would read "Listening on: . ".
 */
@LoggingFilter(name = "start-line")
public final class StartLineFilter implements Filter {
  private static final String NO_ADDRESS = "Listening on: . ";

  @Override
  public boolean isLoggable(LogRecord line) {
    Object[] parameters = line.getParameters();
    if (parameters != null && "io.quarkus".equals(line.getLoggerName())) {
      for (int i = 0; i < parameters.length; i++) {
        if (parameters[i] instanceof String text && text.startsWith(NO_ADDRESS)) {
          parameters[i] = text.substring(NO_ADDRESS.length());
        }
      }
    }
    return true;
  }
}
