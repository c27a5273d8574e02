package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.ACCEPTED_TWICE;

import dev.orrery.it.chaos.check.Facts.EarlierAttempt;
import dev.orrery.it.chaos.check.Facts.Ended;
import java.util.stream.Stream;

/**
 * An instance ends once, by the attempt that held it. Attempts of the workload name themselves in
 * their reports, which reveals an end by a wrong attempt.
 */
final class EndedOnce implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return Stream.of(
            facts.active().keySet().stream()
                .filter(facts.ended()::containsKey)
                .map(id -> twice(id, "has ended, and is active")),
            facts.ended().values().stream()
                .filter(EndedOnce::isForeign)
                .map(
                    end ->
                        twice(
                            end.id(),
                            "of %s ended %s with attempt %d, by a report with result '%s' and error '%s'"
                                .formatted(
                                    end.job(),
                                    end.state(),
                                    end.attempt(),
                                    end.result(),
                                    end.error()))),
            facts.earlier().stream()
                .filter(EndedOnce::isForeign)
                .map(
                    one ->
                        twice(
                            one.id(),
                            "attempt %d failed with the report '%s'"
                                .formatted(one.attempt(), one.error()))),
            facts.earlier().stream()
                .filter(one -> isBehindTheEnd(one, facts.ended().get(one.id())))
                .map(
                    one ->
                        twice(one.id(), "attempt %d is behind its end".formatted(one.attempt()))))
        .flatMap(found -> found);
  }

  /** A part of a broadcast that its worker hands back ends, with a report that names nothing. */
  private static boolean isForeign(Ended end) {
    String mark = Facts.mark(end.id(), end.attempt());
    return end.reported()
        && switch (end.state()) {
          case "SUCCEEDED" -> !mark.equals(end.result());
          case "FAILED" ->
              !(end.isPart() && "WORKER_LOST".equals(end.reason())) && !names(end.error(), mark);
          default -> false;
        };
  }

  private static boolean isForeign(EarlierAttempt one) {
    return one.reported()
        && one.state().equals("FAILED")
        && !names(one.error(), Facts.mark(one.id(), one.attempt()));
  }

  private static boolean names(String error, String mark) {
    return error != null && error.endsWith(mark);
  }

  /** An instance that is canceled while it waits for a retry ends with its last attempt. */
  private static boolean isBehindTheEnd(EarlierAttempt one, Ended end) {
    if (end == null) {
      return false;
    }
    boolean mayHaveWaited = end.state().equals("CANCELED") && !end.reported();
    return mayHaveWaited ? one.attempt() > end.attempt() : one.attempt() >= end.attempt();
  }

  private static Violation twice(long id, String how) {
    return new Violation(ACCEPTED_TWICE, "instance " + id + " " + how);
  }
}
