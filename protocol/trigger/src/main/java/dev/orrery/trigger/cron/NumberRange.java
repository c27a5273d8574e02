package dev.orrery.trigger.cron;

import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * A range of numbers with a step.
 *
 * @param last inclusive, if a step reaches it
 * @param step at least 1
 */
public record NumberRange(int first, int last, int step) {

  static NumberRange of(int number) {
    return new NumberRange(number, number, 1);
  }

  IntStream numbers() {
    return IntStream.iterate(first, number -> number <= last, number -> number + step);
  }

  OptionalInt nextOrSame(int number) {
    int steps = number <= first ? 0 : (number - first + step - 1) / step;
    int next = first + steps * step;
    return next > last ? OptionalInt.empty() : OptionalInt.of(next);
  }
}
