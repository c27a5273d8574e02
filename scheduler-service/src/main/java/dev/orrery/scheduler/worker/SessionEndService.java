package dev.orrery.scheduler.worker;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.scheduler.completion.AfterCommit;
import dev.orrery.scheduler.completion.AttemptCompletionService;
import dev.orrery.scheduler.completion.EndedAttempt;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.instance.AttemptEnd;
import dev.orrery.scheduler.instance.Fence;
import dev.orrery.scheduler.security.Caller;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.jboss.logging.Logger;

/** Ends sessions, by their own good-bye or because their lease is over. */
@ApplicationScoped
public class SessionEndService {
  private static final Logger LOG = Logger.getLogger(SessionEndService.class);

  /** At 500 attempts each, as many as one transaction should hold. */
  private static final int SESSIONS_AT_ONCE = 20;

  private static final int ORPHANS_AT_ONCE = 1000;
  private static final String LEASE_OVER = "the lease of its worker's session was over";
  private static final String LEFT = "its worker left without a word about it";

  private final EngineDatabase database;
  private final AttemptCompletionService settlements;
  private final SessionRegistry sessions;
  private final EngineExecutor executor;
  private final HintBus hints;
  private final SessionMetrics metrics;

  SessionEndService(
      EngineDatabase database,
      AttemptCompletionService settlements,
      SessionRegistry sessions,
      EngineExecutor executor,
      HintBus hints,
      SessionMetrics metrics) {
    this.database = database;
    this.settlements = settlements;
    this.sessions = sessions;
    this.executor = executor;
    this.hints = hints;
    this.metrics = metrics;
  }

  record Ended(List<UUID> sessions, AfterCommit aftermath) {}

  /**
   * Ends the session; what it names as handed back uses no retry, the rest counts as lost.
   *
   * @return the answer, or a {@link dev.orrery.scheduler.problem.ProblemException} {@code
   *     SESSION_GONE} for a session that there never was
   */
  public CompletableFuture<ByeResponse> bye(Caller caller, ByeRequest request) {
    return sessions
        .findIncludingEnded(caller, request.session())
        .thenApplyAsync(
            session -> {
              tell(database.transaction(connection -> bye(connection, session, request)));
              return new ByeResponse(true);
            },
            executor);
  }

  private Ended bye(Connection connection, UUID session, ByeRequest request) throws SQLException {
    List<UUID> live = SessionEndStore.lockLive(connection, session);
    if (live.isEmpty()) {
      return new Ended(List.of(), AfterCommit.NOTHING);
    }
    SessionEndStore.end(connection, live, "BYE");
    Set<AttemptRef> handedBack = Set.copyOf(request.handedBack());
    List<EndedAttempt> ended =
        SessionEndStore.held(connection, live).stream()
            .map(
                fence ->
                    handedBack.contains(fence.attempt())
                        ? new EndedAttempt(fence, AttemptEnd.HANDED_BACK, true, null, null)
                        : EndedAttempt.declared(fence, AttemptEnd.LOST, LEFT))
            .toList();
    return new Ended(live, settlements.settle(connection, ended));
  }

  /**
   * Ends sessions whose lease is over, and gives what they held to others; blocks.
   *
   * @return how many sessions were ended
   */
  public int endExpired() {
    Ended ended =
        database.transaction(
            connection -> {
              List<UUID> expired = SessionEndStore.lockExpired(connection, SESSIONS_AT_ONCE);
              if (expired.isEmpty()) {
                return new Ended(expired, AfterCommit.NOTHING);
              }
              SessionEndStore.end(connection, expired, "EXPIRED");
              return new Ended(
                  expired, lose(connection, SessionEndStore.held(connection, expired)));
            });
    metrics.lost(ended.sessions().size());
    for (UUID session : ended.sessions()) {
      LOG.warnf("Session %s has expired: its worker was not heard of for its lease", session);
    }
    tell(ended);
    return ended.sessions().size();
  }

  /** Finds running instances that no live session holds, which would be a fault of ours; blocks. */
  public int requeueOrphans() {
    Ended ended =
        database.transaction(
            connection ->
                new Ended(
                    List.of(),
                    lose(connection, SessionEndStore.orphans(connection, ORPHANS_AT_ONCE))));
    int found = ended.aftermath().settled().size();
    if (found > 0) {
      LOG.errorf("%d running instances had no live session; they were requeued", found);
    }
    tell(ended);
    return found;
  }

  private AfterCommit lose(Connection connection, List<Fence> held) throws SQLException {
    return settlements.settle(
        connection,
        held.stream()
            .map(fence -> EndedAttempt.declared(fence, AttemptEnd.LOST, LEASE_OVER))
            .toList());
  }

  private void tell(Ended ended) {
    ended.sessions().forEach(sessions::ended);
    ended.aftermath().tell(hints);
  }
}
