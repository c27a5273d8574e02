package dev.orrery.scheduler.base.problem;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import jakarta.ws.rs.core.HttpHeaders;
import java.time.Duration;
import java.util.function.BiConsumer;

/** Writes the headers of an error response. The status is in the problem itself. */
public final class ProblemHeaders {
  /** The value of {@code WWW-Authenticate}. */
  public static final String CHALLENGE = "Bearer";

  /** {@code Retry-After} while a bounded queue is full. */
  static final Duration RETRY_AFTER_OVERLOADED = Duration.ofSeconds(1);

  /** {@code Retry-After} while the database is not available, or the service is stopping. */
  static final Duration RETRY_AFTER_UNAVAILABLE = Duration.ofSeconds(2);

  private ProblemHeaders() {}

  /**
   * Passes the required headers: {@code Content-Type}, and {@code Retry-After} or {@code
   * WWW-Authenticate} if they apply.
   *
   * @param header receives name and value
   */
  static void write(ProblemException e, BiConsumer<String, String> header) {
    header.accept(HttpHeaders.CONTENT_TYPE, ProblemDetail.MEDIA_TYPE);
    e.retryAfter()
        .ifPresent(
            after -> header.accept(HttpHeaders.RETRY_AFTER, Long.toString(after.toSeconds())));
    if (e.problem().code() == ErrorCode.UNAUTHENTICATED) {
      header.accept(HttpHeaders.WWW_AUTHENTICATE, CHALLENGE);
    }
  }
}
