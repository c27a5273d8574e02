package dev.orrery.it.chaos.check;

import static dev.orrery.it.chaos.check.Violation.Kind.WRONG_END;

import dev.orrery.it.chaos.check.Facts.EarlierAttempt;
import dev.orrery.it.chaos.check.Facts.Ended;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Policies are kept: retries, losses, time-outs, and no cancel without a request. The ends of
 * parents, and the cancels of their parts and nodes, are for {@link TreesEnd} and {@link FlowsEnd}.
 */
final class EndsAsAllowed implements Rule {
  /** The most missed fires that {@code fire-all} catches up: the latest ones. */
  private static final int MAX_CAUGHT_UP = 100;

  @Override
  public Stream<Violation> broken(Facts facts) {
    Map<Long, List<EarlierAttempt>> earlier =
        facts.earlier().stream().collect(Collectors.groupingBy(EarlierAttempt::id));
    Set<Long> nodes = facts.runsOfNodes();
    return facts.ended().values().stream()
        .filter(end -> !facts.isParent(end.id()))
        .filter(
            end -> !(end.state().equals("CANCELED") && (end.isPart() || nodes.contains(end.id()))))
        .filter(end -> !isAllowed(end, earlier.getOrDefault(end.id(), List.of()), facts))
        .map(
            end ->
                new Violation(
                    WRONG_END, end + " after " + earlier.getOrDefault(end.id(), List.of())));
  }

  private static boolean isAllowed(Ended end, List<EarlierAttempt> earlier, Facts facts) {
    Expected job = facts.jobs().get(end.job());
    long failures = count(earlier, "FAILED") + count(earlier, "TIMED_OUT");
    long losses = count(earlier, "LOST");
    return switch (end.state()) {
      case "SUCCEEDED" ->
          losses <= job.maxWorkerLosses()
              && failures < Math.max(1, job.maxAttempts())
              && end.reported();
      case "FAILED" ->
          "WORKER_LOST".equals(end.reason())
              ? losses == job.maxWorkerLosses()
              : job.maxAttempts() > 0 && failures == job.maxAttempts() - 1;
      case "TIMED_OUT" -> job.timesOut() && failures == Math.max(1, job.maxAttempts()) - 1;
      case "CANCELED" ->
          switch (end.reason()) {
            case "JOB_DISABLED" -> end.fireTime() != null && hasWaited(end, earlier);
            case "REPLACED" -> job.replaces();
            case "CANCELED" -> facts.clientView().askedToCancel().contains(end.id());
            default -> false;
          };
      case "SKIPPED" ->
          job.firing() instanceof Expected.Firing.Every every
              && (every.skips() || areCaughtUpAfter(end, facts));
      default -> false;
    };
  }

  /** Returns true if no attempt held it: it had none yet, or the last one was over. */
  private static boolean hasWaited(Ended end, List<EarlierAttempt> earlier) {
    return end.attempt() == 0 || earlier.stream().anyMatch(one -> one.attempt() == end.attempt());
  }

  /** Returns true if so many later fires were missed, too, that this one is not caught up. */
  private static boolean areCaughtUpAfter(Ended end, Facts facts) {
    return "MISSED".equals(end.reason())
        && facts.ended().values().stream()
                .filter(other -> other.job().equals(end.job()) && other.fireTime() != null)
                .filter(other -> other.fireTime().isAfter(end.fireTime()))
                .filter(other -> !other.fireTime().isAfter(end.endedAt()))
                .count()
            >= MAX_CAUGHT_UP;
  }

  private static long count(List<EarlierAttempt> attempts, String state) {
    return attempts.stream().filter(one -> one.state().equals(state)).count();
  }
}
