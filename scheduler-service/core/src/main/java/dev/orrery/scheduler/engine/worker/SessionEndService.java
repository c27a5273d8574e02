package dev.orrery.scheduler.engine.worker;

import dev.orrery.protocol.SessionHandle;
import dev.orrery.protocol.log.RateLimitedLog;
import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.completion.AfterCommit;
import dev.orrery.scheduler.engine.completion.AttemptCompletionService;
import dev.orrery.scheduler.engine.completion.EndedAttempt;
import dev.orrery.scheduler.engine.worker.SessionEndStore.EndedSession;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import jakarta.enterprise.context.ApplicationScoped;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Ends sessions that workers close, and sessions whose lease is over. */
@ApplicationScoped
public class SessionEndService implements HousekeepingSource {
  private static final Logger LOG = Logger.getLogger(SessionEndService.class);

  /** A session holds up to 500 attempts, so this bounds a transaction to 10,000. */
  private static final int SESSION_BATCH_SIZE = 20;

  private static final int ORPHAN_BATCH_SIZE = 1000;

  /** Lines of an app within a minute, because an app can have thousands of sessions. */
  private static final int MAX_LINES = 100;

  private static final String LEASE_OVER = "the lease of its worker's session was over";
  private static final String LEFT = "its worker left without a word about it";

  private final EngineDatabase database;
  private final AttemptCompletionService completion;
  private final SessionRegistry sessions;
  private final EngineExecutor executor;
  private final HintBus hints;
  private final SessionMetrics metrics;
  private final SessionConfig config;
  private final LostAttemptListener losses;
  private final RateLimitedLog lines;

  SessionEndService(
      EngineDatabase database,
      AttemptCompletionService completion,
      SessionRegistry sessions,
      EngineExecutor executor,
      HintBus hints,
      SessionMetrics metrics,
      SessionConfig config,
      LostAttemptListener losses,
      Ticker ticker) {
    this.database = database;
    this.completion = completion;
    this.sessions = sessions;
    this.executor = executor;
    this.hints = hints;
    this.metrics = metrics;
    this.config = config;
    this.losses = losses;
    this.lines =
        new RateLimitedLog(
            System.getLogger(SessionEndService.class.getName()), ticker::nanos, MAX_LINES);
  }

  /**
   * @param declared the attempts that the sessions held, including those that had already ended
   * @param refusedTokens why tokens of the sessions are refused, by their ids
   */
  record Ended(
      List<EndedSession> sessions,
      List<EndedAttempt> declared,
      AfterCommit afterCommit,
      Map<Long, String> refusedTokens) {
    static final Ended NOTHING = new Ended(List.of(), List.of(), AfterCommit.NOTHING);

    Ended(List<EndedSession> sessions, List<EndedAttempt> declared, AfterCommit afterCommit) {
      this(sessions, declared, afterCommit, Map.of());
    }

    Ended with(Map<Long, String> refused) {
      return new Ended(sessions, declared, afterCommit, refused);
    }

    List<AttemptRef> lost() {
      return declared.stream()
          .filter(end -> end.end() == AttemptEnd.LOST)
          .map(EndedAttempt::fence)
          .filter(afterCommit.completed()::contains)
          .map(Fence::attempt)
          .toList();
    }
  }

  /**
   * Ends the session. Attempts that the request hands back use no retry; all others count as lost.
   *
   * @return the response, or a {@link dev.orrery.scheduler.base.problem.ProblemException} {@code
   *     SESSION_GONE} for a session that never existed
   */
  public CompletableFuture<ByeResponse> bye(Caller caller, ByeRequest request) {
    return sessions
        .findIncludingEnded(caller, request.session())
        .thenApplyAsync(
            session -> {
              Ended ended = database.transaction(connection -> bye(connection, session, request));
              for (EndedSession left : ended.sessions()) {
                lines.log(
                    Level.INFO,
                    "left " + left.app(),
                    "Worker left: app=%s worker=%s session=%s"
                        .formatted(left.app(), left.worker(), SessionHandle.of(left.id())));
              }
              publish(ended);
              return new ByeResponse(true);
            },
            executor);
  }

  private Ended bye(Connection connection, UUID session, ByeRequest request) throws SQLException {
    List<UUID> live = SessionEndStore.lockLive(connection, session);
    if (live.isEmpty()) {
      return Ended.NOTHING;
    }
    List<EndedSession> endedSessions = SessionEndStore.end(connection, live, "BYE");
    Set<AttemptRef> handedBack = Set.copyOf(request.handedBack());
    List<EndedAttempt> ended =
        SessionEndStore.held(connection, live).stream()
            .map(
                fence ->
                    handedBack.contains(fence.attempt())
                        ? new EndedAttempt(fence, AttemptEnd.HANDED_BACK, true, null, null, null)
                        : EndedAttempt.declared(fence, AttemptEnd.LOST, LEFT))
            .toList();
    return new Ended(endedSessions, ended, completion.complete(connection, ended));
  }

  /**
   * Ends sessions whose lease is over, and releases the attempts that they held; blocks.
   *
   * @return the number of ended sessions
   */
  public int endExpired() {
    Ended ended =
        database.transaction(
            connection -> {
              List<UUID> expired = SessionEndStore.lockExpired(connection, SESSION_BATCH_SIZE);
              if (expired.isEmpty()) {
                return Ended.NOTHING;
              }
              return markLost(
                      connection,
                      SessionEndStore.end(connection, expired, "EXPIRED"),
                      SessionEndStore.held(connection, expired))
                  .with(SessionEndStore.refusals(connection, tokensOf(expired)));
            });
    metrics.lost(ended.sessions().size());
    for (EndedSession session : ended.sessions()) {
      lines.log(
          Level.WARNING,
          "expired " + session.app(),
          "Session expired: app=%s worker=%s session=%s lease=%ds%s"
              .formatted(
                  session.app(),
                  session.worker(),
                  SessionHandle.of(session.id()),
                  config.lease().toSeconds(),
                  reason(session.id(), ended.refusedTokens())));
    }
    publish(ended);
    return ended.sessions().size();
  }

  private Set<Long> tokensOf(List<UUID> expired) {
    return expired.stream()
        .map(sessions::tokenOf)
        .flatMap(Optional::stream)
        .collect(Collectors.toSet());
  }

  /** Returns why the worker went silent, if this replica knows it. */
  private String reason(UUID session, Map<Long, String> refusedTokens) {
    return sessions
        .tokenOf(session)
        .filter(refusedTokens::containsKey)
        .map(token -> " reason=" + refusedTokens.get(token) + " token=" + token)
        .orElse("");
  }

  /** Requeues running instances without a live session; there should be none. Blocks. */
  public int requeueOrphans() {
    Ended ended =
        database.transaction(
            connection ->
                markLost(
                    connection, List.of(), SessionEndStore.orphans(connection, ORPHAN_BATCH_SIZE)));
    int found = ended.afterCommit().completed().size();
    if (found > 0) {
      LOG.errorf("Running instances had no live session; requeued them: count=%d", found);
    }
    publish(ended);
    return found;
  }

  private Ended markLost(Connection connection, List<EndedSession> ended, List<Fence> held)
      throws SQLException {
    List<EndedAttempt> lost =
        held.stream()
            .map(fence -> EndedAttempt.declared(fence, AttemptEnd.LOST, LEASE_OVER))
            .toList();
    return new Ended(ended, lost, completion.complete(connection, lost));
  }

  private void publish(Ended ended) {
    ended.sessions().forEach(session -> sessions.ended(session.id()));
    ended.afterCommit().publish(hints);
    List<AttemptRef> lost = ended.lost();
    if (!lost.isEmpty()) {
      losses.onLost(lost);
    }
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("orphans", Schedule.EVERY_TEN_SECONDS, this::requeueOrphans));
  }
}
