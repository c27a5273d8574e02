package dev.orrery.scheduler.completion;

import dev.orrery.scheduler.completion.AttemptCompletionStore.Rerun;
import dev.orrery.scheduler.completion.AttemptCompletionStore.Running;
import dev.orrery.scheduler.instance.Fence;
import dev.orrery.scheduler.instance.InstanceState;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.job.JobVersionKey;
import dev.orrery.scheduler.job.document.RetryDocument;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Completes attempts: ends their instances or runs them again. Handles reports, lost sessions,
 * time-outs, cancels and hand-backs; only plain successes take a shorter path.
 */
@ApplicationScoped
public class AttemptCompletionService {
  private final JobVersionCache versions;
  private final InstanceMetrics metrics;

  AttemptCompletionService(JobVersionCache versions, InstanceMetrics metrics) {
    this.versions = versions;
    this.metrics = metrics;
  }

  /** The part of a job version that decides whether to retry. */
  private record RetryPart(RetryDocument policy, boolean readable) {}

  /**
   * Completes the attempts within the caller's transaction. Attempts whose fence does not match a
   * running instance are ignored.
   *
   * @return the hints to publish after the commit
   */
  public AfterCommit complete(Connection connection, List<EndedAttempt> ended) throws SQLException {
    if (ended.isEmpty()) {
      return AfterCommit.NOTHING;
    }
    Map<Fence, EndedAttempt> byFence = new LinkedHashMap<>();
    ended.forEach(end -> byFence.put(end.fence(), end));
    AttemptCompletionStore.lockTriggers(
        connection, ended.stream().map(EndedAttempt::instance).toList());
    List<Running> running = AttemptCompletionStore.lockRunning(connection, byFence.keySet());
    Map<JobVersionKey, RetryPart> retries =
        versions.parts(
            connection,
            running.stream().map(Running::version).collect(Collectors.toSet()),
            job -> new RetryPart(job.document().retry(), job.isReadable()));

    HistoryWriter history = new HistoryWriter();
    List<Rerun> again = new ArrayList<>();
    Set<Long> endedDelays = new HashSet<>();
    Map<InstanceState, Integer> ends = new EnumMap<>(InstanceState.class);
    for (Running row : running) {
      EndedAttempt end = byFence.get(row.fence());
      RetryDecision decision = decide(row, end, retries.get(row.version()));
      if (decision instanceof RetryDecision.Finish terminal) {
        ends.merge(terminal.state(), 1, Integer::sum);
        history.add(row.instance(), terminal, end);
        if (row.drivesFixedDelay()) {
          endedDelays.add(row.jobId());
        }
      } else if (decision instanceof RetryDecision.RunAgain once) {
        again.add(new Rerun(row, end, once));
      }
    }
    history.write(connection);
    AttemptCompletionStore.runAgain(connection, again);
    Duration delay = AttemptCompletionStore.fireAfterDelay(connection, endedDelays).orElse(null);
    return afterCommit(running, again, delay, () -> ends.forEach(metrics::ended));
  }

  private static RetryDecision decide(Running row, EndedAttempt end, RetryPart job) {
    int attempt = row.fence().attempt().attempt();
    RetryDecision decision =
        RetryDecision.of(end.end(), attempt, row.counts(), job.policy(), row.canceled());
    if (end.nonRetryable()) {
      return RetryDecision.ofNonRetryable(decision);
    }
    return job.readable() && row.consistent() && !end.unreadable()
        ? decision
        : RetryDecision.ofUnreadable(decision, attempt);
  }

  private static AfterCommit afterCommit(
      List<Running> running, List<Rerun> again, Duration delay, Runnable counted) {
    Set<Integer> readyLanes = new HashSet<>();
    Duration next = delay;
    for (Rerun rerun : again) {
      Duration after = rerun.again().after();
      if (after.isZero()) {
        readyLanes.add(rerun.running().laneId());
      } else if (next == null || after.compareTo(next) < 0) {
        next = after;
      }
    }
    return new AfterCommit(
        running.stream().map(Running::fence).collect(Collectors.toSet()),
        readyLanes,
        running.stream().filter(Running::limited).map(Running::jobId).collect(Collectors.toSet()),
        next,
        counted);
  }
}
