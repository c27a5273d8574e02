package dev.orrery.scheduler.http.security;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.EngineExecutor;
import dev.orrery.scheduler.base.problem.ProblemException;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds the caller of a token, for transports that carry the token inside a message. */
@ApplicationScoped
public class CallerResolver {
  private final TokenCache tokens;
  private final EngineExecutor executor;

  CallerResolver(TokenCache tokens, EngineExecutor executor) {
    this.tokens = tokens;
    this.executor = executor;
  }

  /**
   * Finds the caller; never blocks.
   *
   * @return the caller, with any role, or a {@link ProblemException}: {@code UNAUTHENTICATED},
   *     {@code OVERLOADED}
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
      return CompletableFuture.failedFuture(tokens.refusal(hash));
    }
    Runnable end;
    try {
      end = tokens.beginLookup(hash);
    } catch (ProblemException e) {
      return CompletableFuture.failedFuture(e);
    }
    return CompletableFuture.supplyAsync(() -> tokens.find(hash), executor)
        .whenComplete((found, failure) -> end.run())
        .thenApply(found -> found.orElseThrow(() -> tokens.refusal(hash)));
  }
}
