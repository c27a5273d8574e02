package dev.orrery.scheduler.engine.logs;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsRequest.Chunk;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.LogsResponse.Accepted;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.logs.AttemptLogSizes.Size;
import dev.orrery.scheduler.engine.worker.SessionRegistry;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.commit.CommitMetrics;
import dev.orrery.scheduler.model.commit.GroupCommit;
import dev.orrery.scheduler.model.instance.Fence;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** Stores log lines from workers, many in one commit. */
@ApplicationScoped
public class LogIntake {
  private static final String UNDELIVERED =
      "incomplete: the last lines were not delivered before the attempt was reported";

  /** The note for workers that exceed the bound. Other workers write their own note. */
  private static final String TRUNCATED =
      "truncated: an attempt writes at most "
          + MessageLimits.MAX_ATTEMPT_LOG_BYTES / (1024 * 1024)
          + " MiB";

  /** Another replica writes to the same attempt only while a worker moves. */
  private static final int MAX_APPENDS = 5;

  private static final Logger LOG = Logger.getLogger(LogIntake.class);

  private final LogStore store;
  private final AttemptLogSizes sizes;
  private final LogStreamRegistry streams;
  private final SessionRegistry sessions;
  private final GroupCommit<Bundle, LogsResponse> group;

  LogIntake(
      LogStore store,
      LogStreamRegistry streams,
      SessionRegistry sessions,
      EngineExecutor executor,
      Ticker ticker,
      CommitMetrics groups) {
    this.streams = streams;
    this.store = store;
    this.sizes = new AttemptLogSizes(store, ticker);
    this.sessions = sessions;
    this.group =
        groups.watch(
            new GroupCommit<>(
                LogLimits.COMMIT, executor, Bundle::weight, bundle -> null, this::commit));
  }

  /**
   * A chunk of one attempt, with the size of its lines in bytes.
   *
   * @param numbered false if its lines get their numbers here
   */
  private record FencedChunk(Fence fence, Chunk chunk, int bytes, boolean numbered) {}

  private record Bundle(List<FencedChunk> chunks) {
    static Bundle of(UUID session, List<Chunk> chunks, boolean numbered) {
      return new Bundle(
          chunks.stream()
              .map(
                  chunk ->
                      new FencedChunk(
                          new Fence(chunk.ref(), session), chunk, LogLimits.bytes(chunk), numbered))
              .toList());
    }

    int weight() {
      return 1 + chunks.stream().mapToInt(FencedChunk::bytes).sum() / 1024;
    }
  }

  /**
   * Stores lines of attempts that run in the session. Drops other lines without an error, and lines
   * beyond the bound of an attempt.
   *
   * @return the accepted lines, after the commit; fails with a {@link
   *     dev.orrery.scheduler.base.problem.ProblemException}: {@code SESSION_GONE}, {@code
   *     OVERLOADED}
   */
  public CompletableFuture<LogsResponse> take(Caller caller, LogsRequest request) {
    List<Chunk> chunks = LogLimits.bounded(request.chunks());
    return sessions
        .find(caller, request.session())
        .thenCompose(
            session -> group.submit(session.appId(), Bundle.of(session.id(), chunks, true)));
  }

  /**
   * Stores lines of a worker that does not number them, behind those that its attempts have. Takes
   * them of a session that has ended, too.
   *
   * @param request its sequences are not used
   * @return completes after the commit; fails as {@link #take} does
   */
  public CompletableFuture<LogsResponse> append(Caller caller, LogsRequest request) {
    List<Chunk> chunks = LogLimits.bounded(request.chunks());
    return sessions
        .findIncludingEnded(caller, request.session())
        .thenCompose(session -> group.submit(caller.shareApp(), Bundle.of(session, chunks, false)));
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
    Map<Fence, Long> arrived = new HashMap<>();
    bundles.forEach(
        bundle ->
            bundle
                .chunks()
                .forEach(chunk -> arrived.merge(chunk.fence(), (long) chunk.bytes(), Long::sum)));
    Map<Fence, Size> owned = sizes.of(arrived);
    List<Chunk> kept = new ArrayList<>();
    List<Chunk> appended = new ArrayList<>();
    Map<Fence, Long> written = new LinkedHashMap<>();
    List<AttemptRef> truncated = new ArrayList<>();
    for (Bundle bundle : bundles) {
      for (FencedChunk chunk : bundle.chunks()) {
        Fence fence = chunk.fence();
        Size size = owned.get(fence);
        if (size == null) {
          continue;
        }
        long total = written.getOrDefault(fence, 0L) + chunk.bytes();
        if (size.fits(total)) {
          written.put(fence, total);
          (chunk.numbered() ? kept : appended).add(chunk.chunk());
        } else if (size.truncate()) {
          truncated.add(fence.attempt());
        }
      }
    }
    if (!kept.isEmpty()) {
      store.insert(kept);
    }
    append(appended);
    if (!written.isEmpty()) {
      written.forEach((fence, bytes) -> owned.get(fence).add(bytes));
      streams.onLinesWritten(
          written.keySet().stream().map(fence -> fence.attempt().instance()).toList());
    }
    if (!truncated.isEmpty()) {
      markIncomplete(truncated, TRUNCATED);
    }
    return bundles.stream().map(LogIntake::accepted).toList();
  }

  private void append(List<Chunk> chunks) {
    List<Chunk> left = chunks;
    for (int times = 0; !left.isEmpty() && times < MAX_APPENDS; times++) {
      left = store.append(left);
    }
    if (!left.isEmpty()) {
      LOG.warnf(
          "Failed to store log lines because another replica kept writing to the same logs; dropping them: chunks=%d",
          left.size());
    }
  }

  private static LogsResponse accepted(Bundle bundle) {
    Map<AttemptRef, Integer> upTo = new LinkedHashMap<>();
    bundle
        .chunks()
        .forEach(
            chunk ->
                upTo.merge(
                    chunk.fence().attempt(), LogLimits.lastSequence(chunk.chunk()), Math::max));
    List<Accepted> accepted = new ArrayList<>();
    upTo.forEach(
        (attempt, last) -> accepted.add(new Accepted(attempt.instance(), attempt.attempt(), last)));
    return new LogsResponse(accepted);
  }
}
