package dev.orrery.scheduler.days;

import static org.assertj.core.api.Assertions.fail;

import dev.orrery.scheduler.days.Day.DifferenceException;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Random days against the reference model. {@code -Dorrery.it.seed=N} repeats a day, {@code
 * -Dorrery.it.days=PT1H} sets for how long days follow each other.
 */
@QuarkusTest
@TestProfile(MovedClock.Profile.class)
class ModelTest {
  private static final int STEPS = 100;

  /** The longest time from a change to its effect on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Days that fail take this long, and a failure is repeated with more patience. */
  private static final Duration SHRINKING = Duration.ofSeconds(2);

  private static final Duration LONGEST_SHRINKING = Duration.ofMinutes(2);
  private static final Map<String, Integer> SEEN = new TreeMap<>();

  @Inject Scheduler timers;

  @TestHTTPResource(value = "/health", management = true)
  URI health;

  @BeforeEach
  void start() {
    timers.pause();
  }

  @AfterEach
  void stop() {
    timers.resume();
  }

  @Test
  void keepsPromisesOnSomeDays() {
    live(Duration.ofSeconds(15), Long.getLong("orrery.it.seed", 2000));
  }

  @Test
  @Tag("thorough")
  void keepsPromisesOnManyDays() {
    live(Duration.ofMinutes(5), Long.getLong("orrery.it.seed", 100_000));
  }

  private void live(Duration usual, long firstSeed) {
    Duration time = Duration.parse(System.getProperty("orrery.it.days", usual.toString()));
    long began = System.nanoTime();
    long seed = firstSeed;
    int steps = 0;
    do {
      List<Step> day = RandomSteps.of(seed, STEPS);
      Difference difference = difference(day, PATIENCE);
      if (difference != null) {
        report(seed, difference);
      }
      steps += day.size();
      seed++;
    } while (System.nanoTime() - began < time.toNanos());
    System.out.printf(
        "ModelTest: %d days, %d steps in %d s, seeds from %d%n",
        seed - firstSeed,
        steps,
        Duration.ofNanos(System.nanoTime() - began).toSeconds(),
        firstSeed);
    System.out.println("ModelTest: " + SEEN);
  }

  /**
   * The first difference between the service and the model on a day.
   *
   * @param steps those that were taken
   * @param text the calls, and what differs
   */
  private record Difference(List<Step> steps, String text) {}

  private void report(long seed, Difference first) {
    long end = System.nanoTime() + LONGEST_SHRINKING.toNanos();
    List<Step> shortest =
        RandomSteps.shrink(
            first.steps(),
            some -> {
              Difference again = System.nanoTime() < end ? difference(some, SHRINKING) : null;
              return again == null ? null : again.steps();
            });
    Difference repeated = difference(shortest, PATIENCE);
    fail(
        "./it ModelTest -Dorrery.it.seed=%d%n%s",
        seed, repeated == null ? "Failed once only: " + first.text() : repeated.text());
  }

  /** Returns null if the service does on this day what the model says. */
  private Difference difference(List<Step> steps, Duration patience) {
    try (Day day = new Day(patience, health)) {
      try {
        day.take(steps);
        day.countInto(SEEN);
        return null;
      } catch (DifferenceException e) {
        return new Difference(
            steps.subList(0, day.taken()), String.join("\n", day.script()) + "\n" + e.getMessage());
      }
    }
  }
}
