package dev.orrery.it.chaos.check;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Compares the promises with the outcomes; a pure function of the facts. */
public final class Checker {
  private static final List<Rule> RULES =
      List.of(
          new NothingLost(),
          new EndedOnce(),
          new StartedOnce(),
          new OwnDocument(),
          new EndsStay(),
          new NothingStuck(),
          new EndsAsAllowed(),
          new TreesEnd(),
          new FlowsEnd(),
          new FiresOnGrid(),
          new FiresAfterEnd(),
          new WithinLimits(),
          new GraceKept(),
          new NotReadyInOutage(),
          new NoComplaints());

  private Checker() {}

  public static List<Violation> check(Facts facts) {
    return RULES.stream().flatMap(rule -> rule.broken(facts)).toList();
  }

  /** Counts the violations of each kind, including kinds without any. */
  public static Map<Violation.Kind, Long> count(List<Violation> violations) {
    Map<Violation.Kind, Long> counts = new EnumMap<>(Violation.Kind.class);
    for (Violation.Kind kind : Violation.Kind.values()) {
      counts.put(kind, violations.stream().filter(one -> one.kind() == kind).count());
    }
    return counts;
  }
}
