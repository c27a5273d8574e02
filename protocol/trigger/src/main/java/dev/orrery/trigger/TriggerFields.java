package dev.orrery.trigger;

import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * The fields of a trigger in a job document; those that the document leaves out are null. Exactly
 * one of {@code cron}, {@code every}, {@code delay} and {@code at} decides when it fires.
 *
 * @param dialect of {@code cron}
 * @param within of {@code every}; in the zone of the document
 * @param zone of {@code cron} and {@code within}; without one, cron is in UTC
 * @param bounds the values of {@code from} and {@code until}; not null
 */
public record TriggerFields(
    String cron,
    CronDialect dialect,
    Duration every,
    DailyWindow within,
    Duration delay,
    Instant at,
    ZoneId zone,
    FireWindow bounds,
    Duration jitter) {

  /**
   * @throws InvalidTriggerException if these fields cannot stand together
   */
  public TriggerFields {
    requireOneKind(cron, every, delay, at);
    if (within != null && every == null) {
      throw new InvalidTriggerException(
          "within", "'within' belongs to 'every' only. Leave it out.");
    }
    if (zone != null && cron == null && within == null) {
      throw new InvalidTriggerException(
          "zone", "'zone' belongs to 'cron', and to 'every' with 'within'. Leave it out.");
    }
    if (dialect != null && cron == null) {
      throw new InvalidTriggerException(
          "dialect", "'dialect' belongs to 'cron' only. Leave it out.");
    }
    if (at != null && !bounds.contains(at)) {
      throw new InvalidTriggerException(
          "at", "'at', " + at + ", is not between 'from' and 'until', so it never fires.");
    }
  }

  private static void requireOneKind(String cron, Duration every, Duration delay, Instant at) {
    Map<String, Object> kinds = new LinkedHashMap<>();
    kinds.put("cron", cron);
    kinds.put("every", every);
    kinds.put("delay", delay);
    kinds.put("at", at);
    kinds.values().removeIf(Objects::isNull);
    if (kinds.size() != 1) {
      throw new InvalidTriggerException(
          "cron",
          "A trigger has exactly one of 'cron', 'every', 'delay' and 'at'; this one has "
              + (kinds.isEmpty() ? "none" : String.join(" and ", kinds.keySet()))
              + ".");
    }
  }

  /**
   * Returns the trigger that these fields describe.
   *
   * @throws InvalidTriggerException if a value is not valid
   */
  public Trigger trigger() {
    Duration bound = Jitter.bound(jitter);
    if (cron != null) {
      ZoneId place = zone == null ? ZoneOffset.UTC : zone;
      return new Trigger.Cron(CronExpression.parse(cron, dialect), place, bounds, bound);
    }
    if (within != null) {
      return new Trigger.EveryWithin(every, within, bounds, bound);
    }
    if (every != null) {
      return new Trigger.Every(every, bounds, bound);
    }
    return delay == null ? new Trigger.At(at, bound) : new Trigger.Delay(delay, bounds, bound);
  }
}
