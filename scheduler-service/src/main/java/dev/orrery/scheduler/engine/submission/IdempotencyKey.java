package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.http.problem.ProblemException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The idempotency key of a request, with the hash of the request. The hash is stored for a day and
 * compared by replicas of other releases, so its input never changes: job, NUL, the body as Jackson
 * writes it.
 */
public final class IdempotencyKey {
  static final int MAX_LENGTH = 200;

  private final String key;
  private final MessageDigest digest;

  private IdempotencyKey(String key, MessageDigest digest) {
    this.key = key;
    this.digest = digest;
  }

  /**
   * @param job the job of a single run; empty for a batch; for any other call, a text that cannot
   *     be the name of a job
   */
  public static IdempotencyKey of(String key, String job) {
    if (key.isBlank() || key.length() > MAX_LENGTH || key.indexOf('\0') >= 0) {
      throw ProblemException.invalid(
          "Idempotency-Key",
          "The header Idempotency-Key must have 1 to " + MAX_LENGTH + " characters.");
    }
    try {
      return new IdempotencyKey(key, MessageDigest.getInstance("SHA-256")).add(job).add("\0");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }

  public IdempotencyKey add(String text) {
    digest.update(text.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  /**
   * @param body null if the call has none
   */
  public IdempotencyKey add(JsonNode body) {
    return add(String.valueOf(body));
  }

  public Idempotency idempotency() {
    return new Idempotency(key, HexFormat.of().formatHex(digest.digest()));
  }
}
