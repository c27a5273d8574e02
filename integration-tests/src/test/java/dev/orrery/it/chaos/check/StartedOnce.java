package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.ACCEPTED_TWICE;
import static dev.orrery.it.chaos.check.Violation.Kind.STARTED_TWICE;

import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Trace;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * By the attempts' own journals: an instance may be started again as another attempt after its
 * lease was lost, but the same attempt may not. No attempt starts after the end, and no success
 * lacks a start, except that of a parent, which no worker runs.
 */
final class StartedOnce implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    Set<String> started = new HashSet<>();
    Stream.Builder<Violation> found = Stream.builder();
    for (Trace trace : facts.traces()) {
      if (!started.add(Facts.mark(trace.id(), trace.attempt()))) {
        found.add(twice(trace, "was started twice"));
      }
      Ended end = facts.ended().get(trace.id());
      if (end != null && trace.attempt() > end.attempt()) {
        found.add(twice(trace, "was started behind the end with attempt " + end.attempt()));
      }
    }
    facts.ended().values().stream()
        .filter(end -> end.state().equals("SUCCEEDED") && !facts.isParent(end.id()))
        .filter(end -> !started.contains(Facts.mark(end.id(), end.attempt())))
        .forEach(
            end ->
                found.add(
                    new Violation(
                        ACCEPTED_TWICE,
                        "instance %d succeeded with attempt %d, which nobody started"
                            .formatted(end.id(), end.attempt()))));
    return found.build();
  }

  private static Violation twice(Trace trace, String how) {
    return new Violation(
        STARTED_TWICE, "attempt " + Facts.mark(trace.id(), trace.attempt()) + " " + how);
  }
}
