package dev.orrery.scheduler.testkit;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;

/** The lines that a class logs until this is closed, as {@code LEVEL message}. */
public final class CapturedLog extends ExtHandler implements AutoCloseable {
  private static final PatternFormatter FORMAT = new PatternFormatter();

  private final Logger logger;
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final List<Throwable> traces = new CopyOnWriteArrayList<>();

  private CapturedLog(Logger logger) {
    this.logger = logger;
  }

  public static CapturedLog of(Class<?> logging) {
    CapturedLog log = new CapturedLog(Logger.getLogger(logging.getName()));
    log.logger.addHandler(log);
    return log;
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** The exceptions whose stack traces follow some of the lines. */
  public List<Throwable> traces() {
    return List.copyOf(traces);
  }

  @Override
  protected void doPublish(ExtLogRecord line) {
    if (line.getThrown() != null) {
      traces.add(line.getThrown());
    }
    lines.add(line.getLevel() + " " + FORMAT.formatMessage(line));
  }

  @Override
  public void close() {
    logger.removeHandler(this);
    super.close();
  }
}
