package dev.orrery.worker.spring;

import dev.orrery.worker.binding.setting.InvalidSettingException;
import dev.orrery.worker.capture.RunLogHandler;
import dev.orrery.worker.capture.logback.RunLogAppender;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Writes what jobs log to the logs of their runs, if the application asks for it. It also does so
 * in tests, which have no worker.
 */
final class LogCapture implements SmartInitializingSingleton {
  private static final String LOGBACK = "ch.qos.logback.classic.LoggerContext";
  private static final String JAVA_UTIL_LOGGING = ".JDK14LoggerFactory";

  private final OrreryWorkersProperties properties;

  LogCapture(OrreryWorkersProperties properties) {
    this.properties = properties;
  }

  @Override
  public void afterSingletonsInstantiated() {
    if (properties.logCapture()) {
      install();
    }
  }

  /**
   * Adds the appender or handler to the root logger of the framework behind SLF4J, once.
   *
   * @throws InvalidSettingException if there is none for that framework
   */
  static void install() {
    install(LoggerFactory.getILoggerFactory().getClass().getName());
  }

  /**
   * @param factory the name of the class by which SLF4J makes loggers
   */
  static void install(String factory) {
    if (factory.equals(LOGBACK)) {
      RunLogAppender.install();
    } else if (factory.endsWith(JAVA_UTIL_LOGGING)) {
      RunLogHandler.install();
    } else {
      throw new InvalidSettingException(
          OrreryWorkerProperties.PREFIX
              + ".log-capture is true, and SLF4J writes to "
              + factory
              + ".",
          "Use Logback or java.util.logging, or leave it out and call JobContext.log.");
    }
  }
}
