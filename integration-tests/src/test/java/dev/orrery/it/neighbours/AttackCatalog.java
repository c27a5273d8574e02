package dev.orrery.it.neighbours;

import java.util.List;
import java.util.stream.Stream;

/** Two attacks of each kind. */
final class AttackCatalog {
  private static final List<Attack> ALL =
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

  /** Returns the attacks that the build selects by name, or all of them. */
  static List<Attack> running() {
    List<String> only = List.of(System.getProperty(ONLY, "").split(",", -1));
    return only.equals(List.of(""))
        ? ALL
        : ALL.stream().filter(attack -> only.contains(attack.name())).toList();
  }
}
