package dev.orrery.trigger;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Map;
import java.util.TreeMap;

/**
 * The fire times of a window, found by looking at the wall clock from one instant to the next: a
 * window starts and ends when the clock has reached its ends for the first time. The looks must
 * meet each end and each fire time.
 */
final class WindowSteps {
  private final DailyWindow window;
  private final long period;
  private final Map<LocalDate, Instant> open = new TreeMap<>();
  private LocalDateTime reached;

  WindowSteps(DailyWindow window, Duration period) {
    this.window = window;
    this.period = period.toMillis();
  }

  boolean firesAt(Instant instant, LocalDateTime wall) {
    LocalDateTime before = reached == null ? wall.minusNanos(1) : reached;
    reached = wall.isAfter(before) ? wall : before;
    for (LocalDate date = before.toLocalDate();
        !date.isAfter(reached.toLocalDate());
        date = date.plusDays(1)) {
      LocalDateTime start = date.atTime(window.from());
      if (window.days().contains(date.getDayOfWeek())
          && start.isAfter(before)
          && !start.isAfter(reached)) {
        open.put(date, instant);
      }
    }
    boolean fires =
        open.values().stream()
            .anyMatch(start -> Duration.between(start, instant).toMillis() % period == 0);
    open.keySet().removeIf(date -> !end(date).isAfter(reached));
    return fires;
  }

  private LocalDateTime end(LocalDate date) {
    return (window.to().isBefore(window.from()) ? date.plusDays(1) : date).atTime(window.to());
  }
}
