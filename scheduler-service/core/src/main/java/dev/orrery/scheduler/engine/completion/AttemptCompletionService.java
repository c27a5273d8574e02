package dev.orrery.scheduler.engine.completion;

import dev.orrery.scheduler.engine.completion.AttemptCompletionStore.Rerun;
import dev.orrery.scheduler.engine.completion.AttemptCompletionStore.Running;
import dev.orrery.scheduler.model.instance.Fence;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.job.JobVersion;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.JobVersionKey;
import dev.orrery.scheduler.model.job.document.FanOutDocument;
import dev.orrery.scheduler.model.job.document.RetryDocument;
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
  private record RetryPart(
      RetryDocument policy, boolean readable, long jobId, Integer partLaneId, boolean broadcast) {
    private static RetryPart of(JobVersion job) {
      return new RetryPart(
          job.document().retry(),
          job.isReadable(),
          job.jobId(),
          job.partLaneId(),
          job.document().fanOutIfAny().filter(FanOutDocument::broadcasts).isPresent());
    }

    /** The statement that locks the rows knows only lanes of whole instances. */
    private boolean fits(Running row, boolean part) {
      return part
          ? partLaneId != null && partLaneId == row.laneId() && jobId == row.jobId()
          : row.consistent();
    }
  }

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
            RetryPart::of);

    Set<Long> parts =
        AttemptCompletionStore.partsAmong(
            connection,
            running.stream().filter(row -> !row.consistent()).map(Running::instance).toList());

    HistoryWriter history = new HistoryWriter();
    HistoryWriter partHistory = new HistoryWriter();
    List<Rerun> again = new ArrayList<>();
    List<Rerun> partsAgain = new ArrayList<>();
    Set<Long> endedDelays = new HashSet<>();
    Map<InstanceState, Integer> ends = new EnumMap<>(InstanceState.class);
    Map<InstanceState, Integer> partEnds = new EnumMap<>(InstanceState.class);
    for (Running row : running) {
      EndedAttempt end = byFence.get(row.fence());
      RetryPart job = retries.get(row.version());
      boolean part = parts.contains(row.instance());
      RetryDecision decision = decide(row, end, job, part);
      if (decision instanceof RetryDecision.Finish terminal) {
        (part ? partEnds : ends).merge(terminal.state(), 1, Integer::sum);
        (part ? partHistory : history).add(row.instance(), terminal, end);
        if (row.drivesFixedDelay()) {
          endedDelays.add(row.jobId());
        }
      } else if (decision instanceof RetryDecision.RunAgain once) {
        (part ? partsAgain : again).add(new Rerun(row, end, once));
      }
    }
    Set<Long> parents = new HashSet<>(history.write(connection));
    parents.addAll(partHistory.writeParts(connection));
    AttemptCompletionStore.runAgain(connection, again);
    AttemptCompletionStore.runPartsAgain(connection, partsAgain);
    Duration delay = AttemptCompletionStore.fireAfterDelay(connection, endedDelays).orElse(null);
    again.addAll(partsAgain);
    return afterCommit(
        running,
        again,
        parents,
        delay,
        () -> {
          ends.forEach(metrics::ended);
          partEnds.forEach(metrics::partsEnded);
        });
  }

  private static RetryDecision decide(Running row, EndedAttempt end, RetryPart job, boolean part) {
    int attempt = row.fence().attempt().attempt();
    RetryDecision decision =
        RetryDecision.of(end.end(), attempt, row.counts(), job.policy(), row.canceled());
    if (end.nonRetryable()) {
      return RetryDecision.ofNonRetryable(decision);
    }
    if (part && job.broadcast()) {
      return RetryDecision.ofPinned(decision, end.end());
    }
    return job.readable() && job.fits(row, part) && !end.unreadable()
        ? decision
        : RetryDecision.ofUnreadable(decision, attempt);
  }

  private static AfterCommit afterCommit(
      List<Running> running,
      List<Rerun> again,
      Set<Long> parents,
      Duration delay,
      Runnable counted) {
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
        parents,
        next,
        counted);
  }
}
