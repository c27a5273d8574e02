package dev.orrery.worker.attempt;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;

/** What a class of the SDK logs until it is closed. */
public final class LoggedRecords extends Handler implements AutoCloseable {
  private final List<LogRecord> records = new CopyOnWriteArrayList<>();
  private final Logger logger;

  private LoggedRecords(Logger logger) {
    this.logger = logger;
  }

  public static LoggedRecords of(Class<?> type) {
    LoggedRecords records = new LoggedRecords(Logger.getLogger(type.getName()));
    records.logger.addHandler(records);
    records.logger.setUseParentHandlers(false);
    return records;
  }

  public List<LogRecord> records() {
    return records;
  }

  public List<String> lines() {
    return records.stream()
        .map(each -> each.getLevel() + " " + new SimpleFormatter().formatMessage(each))
        .toList();
  }

  @Override
  public void publish(LogRecord record) {
    records.add(record);
  }

  @Override
  public void flush() {
    // Keeps all records.
  }

  @Override
  public void close() {
    logger.removeHandler(this);
    logger.setUseParentHandlers(true);
  }
}
