package dev.orrery.scheduler.http.rest;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;

/** Refuses headers that a proxy and the scheduler may read differently (RFC 9112). */
public final class HeaderRule {
  private HeaderRule() {}

  /** Returns the refusal of a request; empty if its headers have one meaning. */
  public static Optional<ProblemException> violation(HttpServerRequest request) {
    if (request.headers().getAll(HttpHeaders.HOST).size() > 1) {
      return Optional.of(
          ProblemException.of(ErrorCode.MALFORMED, "The header Host must be given once."));
    }
    List<String> codings = request.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
    return codings.isEmpty() || (codings.size() == 1 && isChunked(codings.get(0)))
        ? Optional.empty()
        : Optional.of(
            ProblemException.of(
                ErrorCode.MALFORMED, "The header Transfer-Encoding must be 'chunked' alone."));
  }

  private static boolean isChunked(String coding) {
    return coding.strip().equalsIgnoreCase("chunked");
  }
}
