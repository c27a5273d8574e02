package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.ACCEPTED_TWICE;
import static dev.orrery.it.chaos.check.Violation.Kind.ENDED_EARLY;
import static dev.orrery.it.chaos.check.Violation.Kind.LOST;
import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_END;

import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Part;
import dev.orrery.it.chaos.check.Facts.Tree;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A parent ends when its parts have: not before one of them, not without one of them, and in the
 * state that follows from theirs. Each part exists once, and is canceled only with its parent.
 */
final class TreesEnd implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.trees().entrySet().stream()
        .flatMap(
            tree ->
                Stream.concat(
                    numbers(tree.getKey(), tree.getValue()),
                    end(tree.getKey(), tree.getValue(), facts)));
  }

  private static Stream<Violation> numbers(long parent, Tree tree) {
    Set<Integer> numbers = new HashSet<>();
    Stream.Builder<Violation> found = Stream.builder();
    for (Part part : tree.parts()) {
      if (!numbers.add(part.number())) {
        found.add(twice(part, parent, "exists twice"));
      }
      if (part.number() >= tree.total()) {
        found.add(twice(part, parent, "is one too many of " + tree.total()));
      }
    }
    for (int number = 0; number < tree.made(); number++) {
      if (!numbers.contains(number)) {
        found.add(new Violation(LOST, "part %d of %d, which was made".formatted(number, parent)));
      }
    }
    return found.build();
  }

  private static Stream<Violation> end(long parent, Tree tree, Facts facts) {
    Ended end = facts.ended().get(parent);
    if (end == null) {
      return facts.active().containsKey(parent)
          ? Stream.empty()
          : Stream.of(new Violation(LOST, "parent " + parent + " of " + tree.parts()));
    }
    List<Ended> ends =
        tree.parts().stream()
            .map(part -> facts.ended().get(part.id()))
            .filter(Objects::nonNull)
            .toList();
    return Stream.of(
            tree.parts().stream()
                .filter(part -> facts.active().containsKey(part.id()))
                .map(part -> early(end, "before its part " + part + " has ended")),
            ends.stream()
                .filter(part -> part.endedAt().isAfter(end.endedAt()))
                .map(part -> early(end, "before its part " + part)),
            state(end, tree, ends),
            ends.stream()
                .filter(part -> part.state().equals("CANCELED") && end.state().equals("SUCCEEDED"))
                .map(
                    part -> new Violation(WRONG_END, part + ", though its parent was not stopped")))
        .flatMap(found -> found);
  }

  private static Stream<Violation> state(Ended end, Tree tree, List<Ended> ends) {
    long failed = ends.stream().filter(part -> !part.state().equals("SUCCEEDED")).count();
    if (end.state().equals("SUCCEEDED") && ends.size() < tree.total()) {
      return Stream.of(early(end, "with %d of %d parts".formatted(ends.size(), tree.total())));
    }
    boolean follows =
        switch (end.state()) {
          case "SUCCEEDED" -> failed <= tree.tolerated();
          case "FAILED" -> failed > tree.tolerated() && "PARTS_FAILED".equals(end.reason());
          case "CANCELED" -> "CANCELED".equals(end.reason());
          default -> false;
        };
    return follows
        ? Stream.empty()
        : Stream.of(
            new Violation(
                WRONG_END,
                "%s with %d failed parts, tolerates %d".formatted(end, failed, tree.tolerated())));
  }

  private static Violation twice(Part part, long parent, String how) {
    return new Violation(ACCEPTED_TWICE, "part %d of %d %s".formatted(part.number(), parent, how));
  }

  private static Violation early(Ended end, String how) {
    return new Violation(ENDED_EARLY, "%s ended %s".formatted(end, how));
  }
}
