package dev.orrery.worker.capture.logback;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.capture.AttemptScope;
import dev.orrery.worker.capture.CapturedEvent;
import java.util.Iterator;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * A Logback appender that writes a job's log output to the log of its run. It puts the attempt into
 * the MDC of its thread ({@link AttemptScope#MDC_KEY}), and finds the attempt of an event by the
 * MDC of the event, or else by the current thread. So it also works behind an asynchronous
 * appender, and on threads to which the job copies its MDC.
 */
public final class RunLogAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  private static final String NAME = "ORRERY_RUN_LOG";

  /** The time is that of the line, so it is not part of the text. */
  private static final String PATTERN = "%-5level %logger{36} - %msg%n";

  private final AttemptScope.Listener mdc = RunLogAppender::putIntoMdc;
  private final PatternLayout layout = new PatternLayout();
  private String pattern = PATTERN;

  /** Sets the pattern of a line; default {@code %-5level %logger{36} - %msg%n}. */
  public void setPattern(String pattern) {
    this.pattern = pattern;
  }

  /**
   * Adds an appender to the root logger, unless it has one; returns the one that it has.
   *
   * @throws IllegalStateException if SLF4J does not use Logback
   */
  public static RunLogAppender install() {
    if (!(LoggerFactory.getILoggerFactory() instanceof LoggerContext context)) {
      throw new IllegalStateException(
          "SLF4J uses "
              + LoggerFactory.getILoggerFactory().getClass().getName()
              + ", not Logback, so the log cannot be captured. Use RunLogHandler for"
              + " java.util.logging, or call AttemptContext.log.");
    }
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    synchronized (RunLogAppender.class) {
      return find(root).orElseGet(() -> addTo(root, context));
    }
  }

  private static Optional<RunLogAppender> find(Logger root) {
    for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
      if (all.next() instanceof RunLogAppender found) {
        return Optional.of(found);
      }
    }
    return Optional.empty();
  }

  private static RunLogAppender addTo(Logger root, LoggerContext context) {
    RunLogAppender appender = new RunLogAppender();
    appender.setName(NAME);
    appender.setContext(context);
    appender.start();
    root.addAppender(appender);
    return appender;
  }

  @Override
  public void start() {
    layout.setContext(getContext());
    layout.setPattern(pattern);
    layout.start();
    AttemptScope.removeListener(mdc);
    AttemptScope.addListener(mdc);
    super.start();
  }

  @Override
  public void stop() {
    super.stop();
    AttemptScope.removeListener(mdc);
    layout.stop();
  }

  @Override
  protected void append(ILoggingEvent event) {
    attempt(event)
        .ifPresent(
            attempt ->
                CapturedEvent.write(
                    attempt,
                    event.getLoggerName(),
                    event.getLevel().isGreaterOrEqual(Level.WARN),
                    () -> layout.doLayout(event)));
  }

  private static Optional<AttemptContext> attempt(ILoggingEvent event) {
    return AttemptScope.named(event.getMDCPropertyMap().get(AttemptScope.MDC_KEY))
        .or(AttemptScope::current);
  }

  private static void putIntoMdc(@Nullable String attempt) {
    if (attempt == null) {
      MDC.remove(AttemptScope.MDC_KEY);
    } else {
      MDC.put(AttemptScope.MDC_KEY, attempt);
    }
  }
}
