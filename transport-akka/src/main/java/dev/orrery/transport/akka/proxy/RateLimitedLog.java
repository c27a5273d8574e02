package dev.orrery.transport.akka.proxy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Logs each kind of event at most once a minute, with the number of those not logged. */
public final class RateLimitedLog {
  private static final long INTERVAL_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MAX_KINDS = 200;

  private final Logger log;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  private static final class Entry {
    private long atNanos;
    private long suppressed;
  }

  public RateLimitedLog(Logger log) {
    this.log = log;
  }

  /**
   * Logs, unless the same kind was logged within the last minute.
   *
   * @param kind chosen by us, never by a peer, because it is kept
   */
  public synchronized void log(Level level, String kind, String message) {
    Entry last = entries.get(kind);
    long now = System.nanoTime();
    if (last != null && now - last.atNanos < INTERVAL_NANOS) {
      last.suppressed++;
      return;
    }
    if (last == null) {
      if (entries.size() == MAX_KINDS) {
        entries.remove(entries.keySet().iterator().next());
      }
      last = new Entry();
      entries.put(kind, last);
    }
    log.log(
        level,
        last.suppressed == 0
            ? message
            : message + " (and " + last.suppressed + " more since the last such line)");
    last.atNanos = now;
    last.suppressed = 0;
  }
}
