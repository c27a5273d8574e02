package dev.orrery.scheduler.model.job.document;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.trigger.DailyWindow;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.DayOfWeek;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The field {@code within} of a trigger.
 *
 * @param from a local time as {@link LocalTime#toString}, as {@code to}
 * @param days as {@link #name}, in the order of the week; null means every day
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record DailyWindowDocument(String from, String to, List<String> days) {
  private static final int NAME = 3;

  static String name(DayOfWeek day) {
    return day.name().substring(0, NAME);
  }

  /**
   * @throws dev.orrery.trigger.InvalidTriggerException if both ends are equal
   */
  DailyWindow toWindow(ZoneId zone) {
    return new DailyWindow(LocalTime.parse(from), LocalTime.parse(to), daysOfWeek(), zone);
  }

  private Set<DayOfWeek> daysOfWeek() {
    return EnumSet.allOf(DayOfWeek.class).stream()
        .filter(day -> days == null || days.contains(name(day)))
        .collect(Collectors.toSet());
  }
}
