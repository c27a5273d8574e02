package dev.orrery.protocol.log;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Logs one event of a kind per minute, or a fixed number per minute, and adds how many events it
 * suppressed. Thread-safe.
 */
public final class RateLimitedLog {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MAX_KINDS = 200;

  private final Logger log;
  private final LongSupplier nanos;
  private final int most;
  private final Map<String, Line> lastLines = new LinkedHashMap<>();

  private static final class Line {
    private long atNanos;
    private int logged;
    private long suppressed;
  }

  public RateLimitedLog(Logger log) {
    this(log, System::nanoTime);
  }

  /**
   * @param nanos a monotonic clock
   */
  public RateLimitedLog(Logger log, LongSupplier nanos) {
    this(log, nanos, 1);
  }

  /**
   * @param nanos a monotonic clock
   * @param most the maximum number of logged events per kind within a minute of the first
   */
  public RateLimitedLog(Logger log, LongSupplier nanos, int most) {
    this.log = log;
    this.nanos = nanos;
    this.most = most;
  }

  /**
   * Logs the event, unless too many events of its kind were logged within the last minute.
   *
   * @param kind must not be text from outside, because it stays in memory
   */
  public synchronized void log(Level level, String kind, String message) {
    Line last = lastLines.get(kind);
    long now = nanos.getAsLong();
    if (last != null && now - last.atNanos < INTERVAL_NANOS) {
      if (last.logged == most) {
        last.suppressed++;
        return;
      }
      last.logged++;
      log.log(level, message);
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
    last.logged = 1;
  }
}
