package dev.orrery.scheduler.days;

import static org.assertj.core.api.Assertions.fail;

import dev.orrery.scheduler.days.Day.DifferenceException;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
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
  private static final int STEPS = 60;

  /** How long hints may travel on a busy machine. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Days that fail take this long, and a failure is repeated with more patience. */
  private static final Duration SHRINKING = Duration.ofSeconds(2);

  private static final Duration LONGEST_SHRINKING = Duration.ofMinutes(2);
  private static final Map<String, Integer> SEEN = new TreeMap<>();

  @Inject Scheduler timers;

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
    live(Duration.ofSeconds(8), Long.getLong("orrery.it.seed", 1));
  }

  @Test
  @Tag("thorough")
  void keepsPromisesOnManyDays() {
    live(Duration.ofMinutes(5), Long.getLong("orrery.it.seed", 100_000));
  }

  private static void live(Duration usual, long firstSeed) {
    Duration time = Duration.parse(System.getProperty("orrery.it.days", usual.toString()));
    long began = System.nanoTime();
    long seed = firstSeed;
    int steps = 0;
    do {
      List<Step> day = RandomSteps.of(seed, STEPS);
      String difference = difference(day, PATIENCE);
      if (difference != null) {
        long end = System.nanoTime() + LONGEST_SHRINKING.toNanos();
        List<Step> shorter =
            RandomSteps.shrink(
                day, some -> System.nanoTime() < end && difference(some, SHRINKING) != null);
        String shortest = difference(shorter, PATIENCE);
        fail(
            "./it ModelTest -Dorrery.it.seed=%d%n%s",
            seed, shortest == null ? "Failed once only: " + difference : shortest);
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
   * Returns the calls of a day up to where the service differs from the model; null if it does not.
   */
  private static String difference(List<Step> steps, Duration patience) {
    try (Day day = new Day(patience)) {
      try {
        day.take(steps);
        day.countInto(SEEN);
        return null;
      } catch (DifferenceException e) {
        return String.join("\n", day.script()) + "\n" + e.getMessage();
      }
    }
  }
}
