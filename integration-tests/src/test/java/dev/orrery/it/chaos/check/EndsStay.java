package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.LOST;
import static dev.orrery.it.chaos.check.Violation.Kind.TERMINAL_CHANGED;

import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Seen;
import java.util.Objects;
import java.util.stream.Stream;

/** An observed end never changes. */
final class EndsStay implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return facts.clientView().seen().stream()
        .filter(seen -> !isStill(seen, facts.ended().get(seen.id())))
        .map(
            seen -> {
              Ended end = facts.ended().get(seen.id());
              return end == null && !facts.active().containsKey(seen.id())
                  ? new Violation(LOST, seen + " is not there any more")
                  : new Violation(TERMINAL_CHANGED, seen + " became " + end);
            });
  }

  private static boolean isStill(Seen seen, Ended end) {
    return end != null
        && seen.state().equals(end.state())
        && seen.attempt() == end.attempt()
        && seen.endedAt().equals(end.endedAt())
        && Objects.equals(seen.result(), end.result());
  }
}
