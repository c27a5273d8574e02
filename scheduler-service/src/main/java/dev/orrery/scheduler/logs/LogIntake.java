package dev.orrery.scheduler.logs;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.LogsResponse.Accepted;
import dev.orrery.scheduler.commit.CommitMetrics;
import dev.orrery.scheduler.commit.GroupCommit;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.instance.Fence;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.worker.SessionRegistry;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/** Stores log lines from workers, many in one commit. */
@ApplicationScoped
public class LogIntake {
  private static final String UNDELIVERED =
      "incomplete: the last lines were not delivered before the attempt was reported";

  private final LogStore store;
  private final LogStreamRegistry streams;
  private final SessionRegistry sessions;
  private final GroupCommit<Bundle, LogsResponse> group;

  LogIntake(
      LogStore store,
      LogStreamRegistry streams,
      SessionRegistry sessions,
      EngineExecutor executor,
      CommitMetrics groups) {
    this.streams = streams;
    this.store = store;
    this.sessions = sessions;
    this.group =
        groups.watch(
            new GroupCommit<>(
                LogLimits.COMMIT, executor, Bundle::weight, bundle -> null, this::commit));
  }

  private record Bundle(UUID session, List<Chunk> chunks) {
    int weight() {
      return 1 + chunks.stream().mapToInt(LogLimits::bytes).sum() / 1024;
    }

    Fence fence(Chunk chunk) {
      return new Fence(chunk.ref(), session);
    }
  }

  /**
   * Stores lines of attempts that run in the session. Other lines, and those over the bound of an
   * attempt, are accepted and dropped.
   *
   * @return the lines that are committed, or a {@link ProblemException}: {@code SESSION_GONE},
   *     {@code OVERLOADED}
   */
  public CompletableFuture<LogsResponse> take(Caller caller, LogsRequest request) {
    for (Chunk chunk : request.chunks()) {
      if (chunk.lines().isEmpty() || chunk.sequence() < 0) {
        return CompletableFuture.failedFuture(
            ProblemException.invalid(
                "chunks", "A chunk must have lines, and a sequence of 0 or more."));
      }
    }
    return sessions
        .find(caller, request.session())
        .thenCompose(session -> group.submit(new Bundle(session.id(), request.chunks())));
  }

  /** Adds a note to the logs of reported attempts whose last lines did not arrive; blocks. */
  public void markIncomplete(List<AttemptRef> attempts) {
    if (!attempts.isEmpty()) {
      markIncomplete(attempts, UNDELIVERED);
    }
  }

  void markIncomplete(List<AttemptRef> attempts, String text) {
    store.markIncomplete(attempts, text);
    streams.onLinesWritten(attempts.stream().map(AttemptRef::instance).toList());
  }

  private List<LogsResponse> commit(List<Bundle> bundles) {
    Map<Fence, Long> bytes =
        store.ownedBytes(
            bundles.stream()
                .flatMap(bundle -> bundle.chunks().stream().map(bundle::fence))
                .collect(Collectors.toSet()));
    Map<Fence, Long> written = new HashMap<>(bytes);
    List<Chunk> kept = new ArrayList<>();
    for (Bundle bundle : bundles) {
      for (Chunk chunk : bundle.chunks()) {
        Long before = written.get(bundle.fence(chunk));
        if (before != null && before + LogLimits.bytes(chunk) <= LogLimits.MAX_ATTEMPT_BYTES) {
          written.put(bundle.fence(chunk), before + LogLimits.bytes(chunk));
          kept.add(chunk);
        }
      }
    }
    if (!kept.isEmpty()) {
      store.insert(kept);
      streams.onLinesWritten(kept.stream().map(Chunk::instance).toList());
    }
    return bundles.stream().map(LogIntake::accepted).toList();
  }

  private static LogsResponse accepted(Bundle bundle) {
    Map<AttemptRef, Integer> upTo = new LinkedHashMap<>();
    bundle
        .chunks()
        .forEach(chunk -> upTo.merge(chunk.ref(), LogLimits.lastSequence(chunk), Math::max));
    List<Accepted> accepted = new ArrayList<>();
    upTo.forEach(
        (attempt, last) -> accepted.add(new Accepted(attempt.instance(), attempt.attempt(), last)));
    return new LogsResponse(accepted);
  }
}
