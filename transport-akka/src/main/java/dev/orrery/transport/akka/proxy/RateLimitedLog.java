package dev.orrery.transport.akka.proxy;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Says the same thing at most once a minute, however often it happens, and how often it did. */
public final class RateLimitedLog {
  private static final long EVERY_NANOS = Duration.ofMinutes(1).toNanos();
  private static final int MAX_KINDS = 200;

  private final Logger log;
  private final Map<String, Said> said = new LinkedHashMap<>();

  private static final class Said {
    private long atNanos;
    private long unsaid;
  }

  public RateLimitedLog(Logger log) {
    this.log = log;
  }

  /**
   * Logs, unless the same kind was logged within the last minute.
   *
   * @param kind made by us, never by a peer: it is kept
   */
  public synchronized void say(Level level, String kind, String message) {
    Said last = said.get(kind);
    long now = System.nanoTime();
    if (last != null && now - last.atNanos < EVERY_NANOS) {
      last.unsaid++;
      return;
    }
    if (last == null) {
      if (said.size() == MAX_KINDS) {
        said.remove(said.keySet().iterator().next());
      }
      last = new Said();
      said.put(kind, last);
    }
    log.log(
        level,
        last.unsaid == 0
            ? message
            : message + " (and " + last.unsaid + " times more since it was said last)");
    last.atNanos = now;
    last.unsaid = 0;
  }
}
