package dev.orrery.bench.lateness;

import dev.orrery.bench.measure.SampleSet;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Computes statistics on how late runs started, over several ticks. */
record StartDelayStatistics(List<StartDelay> all) {
  SampleSet lateMillis() {
    return SampleSet.of(all.stream().map(StartDelay::lateMillis).toList());
  }

  /** Returns the delays of one priority. */
  SampleSet lateMillis(int priority) {
    return SampleSet.of(
        all.stream().filter(s -> s.priority() == priority).map(StartDelay::lateMillis).toList());
  }

  /** Returns the percentage of starts before a start of higher priority in the same tick. */
  double percentBeforeHigherPriority() {
    long before =
        all.stream().collect(Collectors.groupingBy(StartDelay::fireTime)).values().stream()
            .mapToLong(StartDelayStatistics::beforeHigherPriority)
            .sum();
    return 100.0 * before / all.size();
  }

  private static long beforeHigherPriority(List<StartDelay> tick) {
    Map<Integer, Instant> last = new HashMap<>();
    tick.forEach(s -> last.merge(s.priority(), s.startedAt(), (a, b) -> a.isAfter(b) ? a : b));
    return tick.stream()
        .filter(
            s ->
                last.entrySet().stream()
                    .anyMatch(
                        e -> e.getKey() > s.priority() && e.getValue().isAfter(s.startedAt())))
        .count();
  }
}
