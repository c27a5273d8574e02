package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.text.TraceParent;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The idempotency key of a request, with the hash of the request. The hash is stored for a day and
 * compared by replicas of other releases, so its input never changes: job, NUL, the body as Jackson
 * writes it, with the fields of each object by name, without the traces of runs.
 */
public final class IdempotencyKey {
  static final int MAX_LENGTH = 200;
  private static final String PARAMETERS = "parameters";

  /** The maps of some languages have another order each time. */
  private static final ObjectWriter IN_ORDER =
      JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build().writer();

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
    try {
      return add(IN_ORDER.writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of JSON is not JSON", e);
    }
  }

  /**
   * Adds a run without its trace: a repeated call may come from another span.
   *
   * @param run null if the call has none
   */
  IdempotencyKey addRun(JsonNode run) {
    return add(withoutTrace(run));
  }

  private static JsonNode withoutTrace(JsonNode run) {
    if (run == null
        || !(run.get(PARAMETERS) instanceof ObjectNode parameters)
        || !parameters.has(TraceParent.PARAMETER)) {
      return run;
    }
    ObjectNode copy = run.deepCopy();
    ObjectNode others = (ObjectNode) copy.get(PARAMETERS);
    others.remove(TraceParent.PARAMETER);
    if (others.isEmpty()) {
      copy.remove(PARAMETERS);
    }
    return copy;
  }

  public Idempotency idempotency() {
    return new Idempotency(key, HexFormat.of().formatHex(digest.digest()));
  }
}
