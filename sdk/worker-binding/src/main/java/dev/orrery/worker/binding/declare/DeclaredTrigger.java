package dev.orrery.worker.binding.declare;

import dev.orrery.trigger.DailyWindow;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.InvalidTriggerException;
import dev.orrery.trigger.TriggerFields;
import dev.orrery.trigger.cron.CronDialect;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A trigger that {@code @OrrerySchedule} declares, with its fields. */
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
      Optional<ZoneId> place = zone.map(ZoneId::of);
      new TriggerFields(
              cron.orElse(null),
              dialect.map(CronDialect::named).orElse(null),
              every.orElse(null),
              within.map(window -> window.in(place.orElse(ZoneOffset.UTC))).orElse(null),
              delay.orElse(null),
              at.orElse(null),
              place.orElse(null),
              new FireWindow(from.orElse(null), until.orElse(null)),
              jitter.orElse(null))
          .trigger()
          .requireSound(LONG_AGO);
      return Optional.empty();
    } catch (InvalidTriggerException e) {
      return Optional.of(e.getMessage());
    }
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
