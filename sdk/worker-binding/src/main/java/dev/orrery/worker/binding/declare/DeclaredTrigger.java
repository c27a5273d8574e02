package dev.orrery.worker.binding.declare;

import dev.orrery.trigger.DailyWindow;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.InvalidTriggerException;
import dev.orrery.trigger.Jitter;
import dev.orrery.trigger.Trigger;
import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a trigger, of which exactly one of {@code cron}, {@code every}, {@code delay} and
 * {@code at} is there.
 */
record DeclaredTrigger(
    Optional<String> cron,
    Optional<String> dialect,
    Optional<Duration> every,
    Optional<Window> within,
    Optional<Duration> delay,
    Optional<Instant> at,
    Optional<String> zone,
    Optional<Instant> from,
    Optional<Instant> until,
    Optional<Duration> jitter) {
  /** Before the end of any job: one that is over is no mistake of the program. */
  private static final Instant LONG_AGO = Instant.parse("2000-01-01T00:00:00Z");

  /**
   * A part of the local day.
   *
   * @param days names of three letters; empty: every day
   */
  record Window(String from, String to, List<String> days) {
    private Map<String, Object> document() {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("from", from);
      document.put("to", to);
      if (!days.isEmpty()) {
        document.put("days", days);
      }
      return document;
    }

    private DailyWindow in(ZoneId zone) {
      return new DailyWindow(
          LocalTime.parse(from), LocalTime.parse(to), DailyWindow.daysOf(days), zone);
    }
  }

  /** Returns the first mistake, by the rules of the scheduler; empty if there is none. */
  Optional<String> mistake() {
    try {
      FireWindow bounds = new FireWindow(from.orElse(null), until.orElse(null));
      if (at.isPresent() && !bounds.contains(at.get())) {
        return Optional.of("at is not between from and until, so the job never fires. Correct it.");
      }
      trigger(bounds, Jitter.bound(jitter.orElse(null))).requireSound(LONG_AGO);
      return Optional.empty();
    } catch (InvalidTriggerException e) {
      return Optional.of(e.getMessage());
    }
  }

  private Trigger trigger(FireWindow bounds, Duration longestDelay) {
    ZoneId place = ZoneId.of(zone.orElse("UTC"));
    if (cron.isPresent()) {
      CronDialect language = dialect.map(CronDialect::named).orElse(null);
      return new Trigger.Cron(
          CronExpression.parse(cron.get(), language), place, bounds, longestDelay);
    }
    if (every.isPresent()) {
      return within.isPresent()
          ? new Trigger.EveryWithin(every.get(), within.get().in(place), bounds, longestDelay)
          : new Trigger.Every(every.get(), bounds, longestDelay);
    }
    return delay.isPresent()
        ? new Trigger.Delay(delay.get(), bounds, longestDelay)
        : new Trigger.At(at.orElseThrow(), longestDelay);
  }

  /** Returns the field {@code trigger} of a job document. */
  Map<String, Object> document() {
    Map<String, Object> document = new LinkedHashMap<>();
    put(document, "cron", cron);
    put(document, "every", every);
    put(document, "delay", delay);
    put(document, "at", at);
    put(document, "dialect", dialect);
    within.ifPresent(window -> document.put("within", window.document()));
    put(document, "zone", zone);
    put(document, "from", from);
    put(document, "until", until);
    put(document, "jitter", jitter);
    return document;
  }

  private static void put(Map<String, Object> document, String field, Optional<?> value) {
    value.ifPresent(given -> document.put(field, given.toString()));
  }
}
