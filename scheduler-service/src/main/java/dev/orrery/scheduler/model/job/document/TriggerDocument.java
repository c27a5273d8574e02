package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Jitter;
import dev.orrery.trigger.Trigger;
import dev.orrery.trigger.cron.CronDialect;
import dev.orrery.trigger.cron.CronExpression;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A trigger as written in a job document. Exactly one of {@code cron}, {@code every}, {@code delay}
 * and {@code at} is set, and the others are null.
 *
 * @param zone of {@code cron} and {@code within}; null if there is neither
 * @param within null unless {@code every} is set
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record TriggerDocument(
    String cron,
    String zone,
    @Schema(
            description = DIALECT,
            enumeration = {"quartz", "unix", "spring"})
        String dialect,
    Duration every,
    DailyWindowDocument within,
    Duration delay,
    Instant at,
    Instant from,
    Instant until,
    Duration jitter) {
  private static final String DIALECT =
      "Whose numbers of days, and rule for two restricted day fields, cron follows; needed only"
          + " where they differ";

  /**
   * Returns the trigger that this document describes.
   *
   * @throws dev.orrery.trigger.InvalidTriggerException if a value is not valid
   */
  public Trigger toTrigger() {
    FireWindow bounds = new FireWindow(from, until);
    Duration bound = Jitter.bound(jitter);
    if (cron != null) {
      return new Trigger.Cron(
          CronExpression.parse(cron, cronDialect()), ZoneId.of(zone), bounds, bound);
    }
    if (within != null) {
      return new Trigger.EveryWithin(every, within.toWindow(ZoneId.of(zone)), bounds, bound);
    }
    if (every != null) {
      return new Trigger.Every(every, bounds, bound);
    }
    if (delay != null) {
      return new Trigger.Delay(delay, bounds, bound);
    }
    return new Trigger.At(at, bound);
  }

  private CronDialect cronDialect() {
    return dialect == null ? null : CronDialect.named(dialect);
  }
}
