package dev.orrery.scheduler.base.lifecycle;

import dev.orrery.scheduler.base.time.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/** Watches the parts that must make progress, and measures how long each has made none. */
@Singleton
public class ProgressWatch {
  private final MeterRegistry registry;
  private final Ticker ticker;
  private final Map<String, WatchedPart> parts = new ConcurrentHashMap<>();
  private volatile boolean suspended;

  public ProgressWatch(MeterRegistry registry, Ticker ticker) {
    this.registry = registry;
    this.ticker = ticker;
  }

  /**
   * Watches a part from now on, unless it already watches a part of this name.
   *
   * @param name constant, a label of metrics
   * @param longest the maximum time without progress that does not count as a stall
   * @param working true while there is work
   * @param moves changes with each progress, such as a count
   */
  public void watch(
      String name,
      StallScope scope,
      Duration longest,
      BooleanSupplier working,
      LongSupplier moves) {
    parts.computeIfAbsent(
        name,
        part -> {
          TimeGauge.builder("orrery.stalled", () -> stalled(part).toMillis(), TimeUnit.MILLISECONDS)
              .description(
                  "Time without progress beyond what is normal for the part of this replica; 0 while"
                      + " it moves or has no work")
              .tag("part", part)
              .register(registry);
          return new WatchedPart(scope, longest, working, moves);
        });
  }

  /** Reports no part as stalled while the database is unreachable. */
  public void suspend() {
    suspended = true;
  }

  public void resume() {
    parts.values().forEach(WatchedPart::excuse);
    suspended = false;
  }

  /** Returns the time without progress of each stalled part, by name. */
  Map<String, Duration> stalled(StallScope scope) {
    Map<String, Duration> stalled = new TreeMap<>();
    parts.forEach(
        (name, part) -> {
          if (part.scope() == scope) {
            stalled.put(name, stalled(name));
          }
        });
    stalled.values().removeIf(Duration::isZero);
    return stalled;
  }

  private Duration stalled(String name) {
    return suspended ? Duration.ZERO : parts.get(name).stalled(ticker.nanos());
  }
}
