package dev.orrery.scheduler.http.security;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemHeaders;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;

/** Reads the bearer token of a request. */
public final class BearerHeader {
  private static final String SCHEME = "Bearer ";

  private BearerHeader() {}

  /** Returns true if the request has a token, valid or not. */
  public static boolean isPresent(HttpServerRequest request) {
    return find(request) != null;
  }

  public static Optional<TokenHash> token(HttpServerRequest request) {
    return Optional.ofNullable(find(request))
        .map(header -> TokenHash.of(header.substring(SCHEME.length()).strip()));
  }

  /** Returns the challenge for a request without valid credentials. */
  public static Uni<ChallengeData> challenge() {
    return Uni.createFrom()
        .item(
            new ChallengeData(
                ErrorCode.UNAUTHENTICATED.status(),
                HttpHeaders.WWW_AUTHENTICATE,
                ProblemHeaders.CHALLENGE));
  }

  private static String find(HttpServerRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? header
        : null;
  }
}
