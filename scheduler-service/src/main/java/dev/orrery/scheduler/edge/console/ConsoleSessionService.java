package dev.orrery.scheduler.edge.console;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.CallerResolver;
import dev.orrery.scheduler.http.security.CallerWatch;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.http.security.TokenGenerator;
import dev.orrery.scheduler.http.security.TokenHash;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** Opens and ends console sessions. */
@ApplicationScoped
public class ConsoleSessionService implements HousekeepingSource {
  static final Duration SESSION_LIFE = Duration.ofHours(12);
  private static final Duration LINK_LIFE = Duration.ofMinutes(1);

  private static final String USED_LINK =
      "This link was used, or it is older than a minute. Make a new one: ./orrery console";

  private final ConsoleSessionStore store;
  private final ConsoleSessionCache sessions;
  private final CallerResolver callers;
  private final CallerWatch watch;

  ConsoleSessionService(
      ConsoleSessionStore store,
      ConsoleSessionCache sessions,
      CallerResolver callers,
      CallerWatch watch) {
    this.store = store;
    this.sessions = sessions;
    this.callers = callers;
    this.watch = watch;
  }

  /**
   * A new secret, which is not shown again.
   *
   * @param secret the content of the cookie or of the link
   */
  record Created(String secret, Caller caller, Instant expiresAt) {
    @Override
    public String toString() {
      return "Created[" + caller + ", " + expiresAt + "]";
    }
  }

  /**
   * Opens a session for the owner of a token; blocks.
   *
   * @throws ProblemException {@code UNAUTHENTICATED} if the token is not valid, {@code FORBIDDEN}
   *     if it may not read
   */
  Created open(String token) {
    return open(TokenHash.of(token), resolve(token));
  }

  /**
   * Opens a session by a one-time link; blocks.
   *
   * @throws ProblemException {@code UNAUTHENTICATED} if the link or its token is not valid
   */
  Created redeem(String link) {
    TokenHash token = store.redeem(TokenHash.of(link)).orElseThrow(ConsoleSessionService::usedLink);
    return open(token, sessions.caller(token).orElseThrow(ConsoleSessionService::usedLink));
  }

  private Created open(TokenHash token, Caller caller) {
    if (!caller.isViewer()) {
      throw caller.forbidden(Names.VIEWER);
    }
    String id = TokenGenerator.newToken();
    Instant expiresAt = store.insertSession(TokenHash.of(id), token, SESSION_LIFE);
    return new Created(id, caller, expiresAt);
  }

  /** Creates a one-time link that opens a session for the owner of a token; blocks. */
  Created link(TokenHash token, Caller caller) {
    String link = TokenGenerator.newToken();
    return new Created(link, caller, store.insertLink(TokenHash.of(link), token, LINK_LIFE));
  }

  Optional<Instant> expiry(TokenHash id) {
    return sessions.session(id).map(ConsoleSession::expiresAt);
  }

  /** Ends a session: on this replica immediately, on others within five seconds. */
  void end(TokenHash id) {
    store.end(id);
    sessions.forget(id);
    watch.signedOut(id);
  }

  public void prune() {
    store.prune();
  }

  private Caller resolve(String token) {
    try {
      return callers.find(token).join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static ProblemException usedLink() {
    return ProblemException.of(ErrorCode.UNAUTHENTICATED, USED_LINK);
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(new HousekeepingChore("console sessions", Schedule.EVERY_MINUTE, this::prune));
  }
}
