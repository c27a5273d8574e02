package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.trigger.FireWindow;
import dev.orrery.trigger.Trigger;
import dev.orrery.trigger.TriggerFields;
import dev.orrery.trigger.cron.CronDialect;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A trigger as written in a job document. {@link TriggerFields} defines which fields may be
 * combined.
 *
 * @param zone not null with {@code within}
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
   * @throws dev.orrery.trigger.InvalidTriggerException if a value is not valid, or the fields
   *     cannot stand together
   */
  public Trigger toTrigger() {
    ZoneId place = zone == null ? null : ZoneId.of(zone);
    return new TriggerFields(
            cron,
            dialect == null ? null : CronDialect.named(dialect),
            every,
            within == null ? null : within.toWindow(place),
            delay,
            at,
            place,
            new FireWindow(from, until),
            jitter)
        .trigger();
  }
}
