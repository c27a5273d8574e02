package dev.orrery.scheduler.security;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.database.EngineExecutor;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.problem.ProblemTexts;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;

/** Finds the caller of a token, for transports that carry it inside a message. */
@ApplicationScoped
public class CallerResolver {
  /** The most unknown tokens that are read at once; further calls get 429. */
  private static final int MAX_LOOKUPS = 64;

  private final TokenCache tokens;
  private final EngineExecutor executor;
  private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);

  CallerResolver(TokenCache tokens, EngineExecutor executor) {
    this.tokens = tokens;
    this.executor = executor;
  }

  /**
   * Finds the caller; never blocks.
   *
   * @return the caller, of whatever role, or a {@link ProblemException} {@code UNAUTHENTICATED}
   */
  public CompletableFuture<Caller> find(String token) {
    TokenHash hash = TokenHash.of(token);
    Optional<Caller> remembered = tokens.remembered(hash);
    if (remembered.isPresent()) {
      return CompletableFuture.completedFuture(remembered.get());
    }
    if (token.isEmpty()) {
      return CompletableFuture.failedFuture(
          ProblemException.of(
              ErrorCode.UNAUTHENTICATED, "A valid token is needed: there is none."));
    }
    if (tokens.wasJustRefused(hash)) {
      return CompletableFuture.failedFuture(unauthenticated());
    }
    if (!lookups.tryAcquire()) {
      return CompletableFuture.failedFuture(
          ProblemException.overloaded("Too many unknown tokens are being looked up."));
    }
    return CompletableFuture.supplyAsync(() -> tokens.find(hash), executor)
        .whenComplete((found, failure) -> lookups.release())
        .thenApply(found -> found.orElseThrow(CallerResolver::unauthenticated));
  }

  private static ProblemException unauthenticated() {
    return ProblemException.of(ErrorCode.UNAUTHENTICATED, ProblemTexts.UNKNOWN_TOKEN);
  }
}
