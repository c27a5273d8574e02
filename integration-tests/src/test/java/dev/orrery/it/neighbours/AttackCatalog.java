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

  private AttackCatalog() {}

  /** Those that run; prints the others with their reasons. */
  static List<Attack> running() {
    String only = System.getProperty("orrery.it.neighbours.only", "");
    if (!only.isEmpty()) {
      return ALL.stream()
          .filter(attack -> List.of(only.split(",", -1)).contains(attack.name()))
          .toList();
    }
    ALL.stream()
        .filter(attack -> !attack.runs())
        .forEach(attack -> System.out.println("OFF " + attack.name() + ": " + attack.offBecause()));
    return ALL.stream().filter(Attack::runs).toList();
  }
}
