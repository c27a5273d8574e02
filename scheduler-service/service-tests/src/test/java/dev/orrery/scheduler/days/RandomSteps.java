package dev.orrery.scheduler.days;

import dev.orrery.scheduler.days.Step.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Chooses the steps of a day by a seed, and leaves out those that a failure does not need. */
final class RandomSteps {
  /** Each verb as many times as it weighs. */
  private static final List<Verb> WEIGHTED =
      Arrays.stream(Verb.values())
          .flatMap(verb -> Collections.nCopies(verb.weight, verb).stream())
          .toList();

  private RandomSteps() {}

  static List<Step> of(long seed, int number) {
    Random random = new Random(seed);
    List<Step> steps = new ArrayList<>();
    for (Verb verb : List.of(Verb.PUT_WEBHOOK, Verb.PUT_JOB, Verb.PUT_JOB, Verb.PUT_JOB)) {
      steps.add(new Step(verb, steps.size(), random.nextInt(1000)));
    }
    while (steps.size() < number) {
      Verb verb = WEIGHTED.get(random.nextInt(WEIGHTED.size()));
      steps.add(new Step(verb, random.nextInt(1000), random.nextInt(1000)));
    }
    return steps;
  }

  /**
   * Delta debugging: tries to do without ever smaller spans, until no single step can go.
   *
   * @param run returns the steps up to the failure; null if the steps do not fail
   */
  static List<Step> shrink(List<Step> failing, UnaryOperator<List<Step>> run) {
    List<Step> steps = failing;
    for (int span = Math.max(1, steps.size() / 2); span >= 1; span /= 2) {
      boolean shorter = true;
      while (shorter) {
        shorter = false;
        for (int from = 0; from + span <= steps.size(); ) {
          List<Step> without = new ArrayList<>(steps.subList(0, from));
          without.addAll(steps.subList(from + span, steps.size()));
          List<Step> failed = run.apply(without);
          if (failed == null) {
            from += span;
          } else {
            steps = failed;
            shorter = true;
          }
        }
      }
    }
    return steps;
  }
}
