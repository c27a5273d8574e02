package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.LIMIT_EXCEEDED;

import dev.orrery.it.chaos.check.Facts.EarlierAttempt;
import dev.orrery.it.chaos.check.Facts.Ended;
import dev.orrery.it.chaos.check.Facts.Trace;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * No job has more concurrent instances than it allows. There are two sources:
 *
 * <ul>
 *   <li>snapshots of the database: an attempt counts while its row is RUNNING, so one that has lost
 *       its lease counts until the scheduler has ended its session;
 *   <li>the attempts' journals: attempts with an accepted report held their slot from their first
 *       to their last line. An attempt that has lost its lease may continue beside its successor
 *       until it is stopped, and does not count here.
 * </ul>
 */
final class WithinLimits implements Rule {

  @Override
  public Stream<Violation> broken(Facts facts) {
    return Stream.concat(
        facts.observed().overLimit().stream().map(look -> new Violation(LIMIT_EXCEEDED, look)),
        facts.jobs().values().stream()
            .filter(job -> job.limit() > 0)
            .flatMap(job -> broken(job, facts)));
  }

  private static Stream<Violation> broken(Expected job, Facts facts) {
    Set<String> accepted = accepted(facts);
    Map<Long, Step> open = new HashMap<>();
    return steps(job, facts, accepted).stream()
        .flatMap(
            step -> {
              if (step.start()) {
                open.put(step.id(), step);
              } else {
                open.remove(step.id());
              }
              return open.size() > job.limit()
                  ? Stream.of(
                      new Violation(
                          LIMIT_EXCEEDED,
                          "job %s allows %d: at once ran %s"
                              .formatted(job.job(), job.limit(), Set.copyOf(open.keySet()))))
                  : Stream.empty();
            });
  }

  private record Step(long nanos, boolean start, long id) {}

  private static List<Step> steps(Expected job, Facts facts, Set<String> accepted) {
    List<Step> steps = new ArrayList<>();
    for (Trace trace : facts.traces()) {
      Ended end = facts.ended().get(trace.id());
      if (end != null
          && end.job().equals(job.job())
          && trace.endNanos() != null
          && accepted.contains(Facts.mark(trace.id(), trace.attempt()))) {
        steps.add(new Step(trace.startNanos(), true, trace.id()));
        steps.add(new Step(trace.endNanos(), false, trace.id()));
      }
    }
    steps.sort(Comparator.comparing(Step::nanos).thenComparing(Step::start));
    return steps;
  }

  private static Set<String> accepted(Facts facts) {
    Set<String> accepted = new HashSet<>();
    facts.ended().values().stream()
        .filter(Ended::reported)
        .forEach(end -> accepted.add(Facts.mark(end.id(), end.attempt())));
    facts.earlier().stream()
        .filter(EarlierAttempt::reported)
        .forEach(one -> accepted.add(Facts.mark(one.id(), one.attempt())));
    return accepted;
  }
}
