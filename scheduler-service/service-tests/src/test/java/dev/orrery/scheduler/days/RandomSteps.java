package dev.orrery.scheduler.days;

import dev.orrery.scheduler.days.Step.Verb;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Chooses the steps of a day by a seed, and leaves out those that a failure does not need. */
final class RandomSteps {
  /** The factors by which a day may multiply the weight of a verb; with 0 it does without. */
  private static final int[] FAVOUR = {0, 1, 1, 1, 4};

  private RandomSteps() {}

  static List<Step> of(long seed, int number) {
    Random random = new Random(seed);
    List<Verb> weighted = weighted(random);
    int day = Step.CHOICES * random.nextInt(Step.CHOICES);
    List<Step> steps = new ArrayList<>();
    for (Verb verb : List.of(Verb.PUT_WEBHOOK, Verb.PUT_JOB, Verb.PUT_JOB, Verb.PUT_JOB)) {
      steps.add(new Step(verb, steps.size(), day + random.nextInt(Step.CHOICES)));
    }
    while (steps.size() < number) {
      Verb verb = weighted.get(random.nextInt(weighted.size()));
      int which = random.nextInt(Step.CHOICES);
      steps.add(new Step(verb, which, day + random.nextInt(Step.CHOICES)));
    }
    return steps;
  }

  /**
   * Returns each verb as many times as it weighs on this day. Each day has much of something and
   * lacks something else, as what always happens together hides what happens alone.
   */
  private static List<Verb> weighted(Random random) {
    List<Verb> weighted = new ArrayList<>();
    for (Verb verb : Verb.values()) {
      int favour = FAVOUR[random.nextInt(FAVOUR.length)];
      // No day goes on without what weighs most.
      int least = verb.weight >= 10 ? verb.weight : 0;
      weighted.addAll(Collections.nCopies(Math.max(least, verb.weight * favour), verb));
    }
    return weighted;
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
