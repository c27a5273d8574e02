package dev.orrery.protocol.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Logs events of one kind at most once a minute, with the number of events that were not logged in
 * the meantime. Can be used by several threads.
 */
public final class RateLimitedLog {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MAX_KINDS = 200;

  private final Logger log;
  private final LongSupplier nanos;
  private final Map<String, Line> lastLines = new LinkedHashMap<>();

  private static final class Line {
    private long atNanos;
    private long suppressed;
  }

  /** Uses the monotonic clock of this JVM. */
  public RateLimitedLog(Logger log) {
    this(log, System::nanoTime);
  }

  /**
   * @param nanos a monotonic clock
   */
  public RateLimitedLog(Logger log, LongSupplier nanos) {
    this.log = log;
    this.nanos = nanos;
  }

  /**
   * Logs the event, unless one of the same kind was logged within the last minute.
   *
   * @param kind must not be text from outside, because it stays in memory
   */
  public synchronized void log(Level level, String kind, String message) {
    Line last = lastLines.get(kind);
    long now = nanos.getAsLong();
    if (last != null && now - last.atNanos < INTERVAL_NANOS) {
      last.suppressed++;
      return;
    }
    if (last == null) {
      if (lastLines.size() == MAX_KINDS) {
        lastLines.remove(lastLines.keySet().iterator().next());
      }
      last = new Line();
      lastLines.put(kind, last);
    }
    log.log(
        level, last.suppressed == 0 ? message : message + " (suppressed=" + last.suppressed + ")");
    last.atNanos = now;
    last.suppressed = 0;
  }
}
