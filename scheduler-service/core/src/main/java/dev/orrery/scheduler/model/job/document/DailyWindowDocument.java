package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.trigger.DailyWindow;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;

/**
 * The field {@code within} of a trigger.
 *
 * @param from a local time as {@link LocalTime#toString}, as {@code to}
 * @param days as {@link DailyWindow#DAY_NAMES}, in the order of the week; null means every day
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record DailyWindowDocument(String from, String to, List<String> days) {
  /**
   * @throws dev.orrery.trigger.InvalidTriggerException if both ends are equal
   */
  DailyWindow toWindow(ZoneId zone) {
    return new DailyWindow(
        LocalTime.parse(from),
        LocalTime.parse(to),
        DailyWindow.daysOf(days == null ? List.of() : days),
        zone);
  }
}
