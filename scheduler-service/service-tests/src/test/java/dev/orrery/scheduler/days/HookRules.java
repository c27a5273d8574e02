package dev.orrery.scheduler.days;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/** The fields of the document of a webhook that the model knows. */
record HookRules(
    Set<String> events, int threshold, Duration window, Duration lateAfter, boolean enabled) {
  private static final List<String> EVENTS =
      List.of("failed", "recovered", "closed", "missed", "late", "overdue", "slow", "paused");

  /** The same number is always the same document. */
  static HookRules of(int number) {
    Random random = new Random(number * 104_729L);
    Set<String> events = new TreeSet<>(EVENTS);
    if (random.nextBoolean()) {
      events.removeIf(event -> random.nextInt(3) == 0);
      events.add("failed");
    }
    return new HookRules(
        events,
        random.nextInt(2) > 0 ? 1 : 2 + random.nextInt(2),
        Duration.ofMinutes(random.nextBoolean() ? 10 : 90),
        Duration.ofMinutes(random.nextBoolean() ? 1 : 7),
        random.nextInt(6) > 0);
  }

  String json() {
    return "{\"url\":\"https://hooks.example.invalid/\",\"events\":[\"%s\"],\"threshold\":%d,\"window\":\"%s\",\"lateAfter\":\"%s\",\"enabled\":%s}"
        .formatted(String.join("\",\"", events), threshold, window, lateAfter, enabled);
  }

  boolean tells(String event) {
    return enabled && events.contains(event);
  }
}
