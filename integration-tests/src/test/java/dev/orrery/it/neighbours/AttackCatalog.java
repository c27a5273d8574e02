package dev.orrery.it.neighbours;

import java.util.List;
import java.util.stream.Stream;

/** All attacks. */
final class AttackCatalog {
  static final List<Attack> ALL =
      Stream.of(
              FireAttacks.all(),
              BodyAttacks.all(),
              WorkerAttacks.all(),
              ReadAttacks.all(),
              UnreadAttacks.all())
          .flatMap(List::stream)
          .toList();

  private static final String ONLY = "orrery.it.neighbours.only";

  private AttackCatalog() {}

  /** Returns true if the build selects attacks by name. */
  private static boolean areNamed() {
    return !System.getProperty(ONLY, "").isEmpty();
  }

  /** Returns the enabled attacks; prints the others with their reasons. */
  static List<Attack> running() {
    if (areNamed()) {
      List<String> only = List.of(System.getProperty(ONLY).split(",", -1));
      return ALL.stream().filter(attack -> only.contains(attack.name())).toList();
    }
    ALL.stream()
        .filter(attack -> !attack.runs())
        .forEach(attack -> System.out.println("OFF " + attack.name() + ": " + attack.offBecause()));
    return ALL.stream().filter(Attack::runs).toList();
  }
}
