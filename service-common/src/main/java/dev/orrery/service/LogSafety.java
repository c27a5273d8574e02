package dev.orrery.service;

import dev.orrery.protocol.log.SafeLogFormatter;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import jakarta.interceptor.Interceptor;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;

/** Installs {@link SafeLogFormatter} in all handlers, before the first client connects. */
@Singleton
class LogSafety {
  void start(@Observes @Priority(Interceptor.Priority.PLATFORM_BEFORE) StartupEvent event) {
    LogContext context = LogContext.getLogContext();
    // The names do not include that of the root logger.
    install(context.getLogger("").getHandlers());
    context
        .getLoggerNames()
        .asIterator()
        .forEachRemaining(name -> install(context.getLogger(name).getHandlers()));
  }

  private static void install(Handler[] handlers) {
    for (Handler handler : handlers) {
      SafeLogFormatter.install(handler);
      if (handler instanceof ExtHandler parent) {
        install(parent.getHandlers());
      }
    }
  }
}
