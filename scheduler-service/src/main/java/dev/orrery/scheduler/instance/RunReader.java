package dev.orrery.scheduler.instance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.instance.Submission.Idempotency;
import dev.orrery.scheduler.instance.Submission.Run;
import dev.orrery.scheduler.job.Parameters;
import dev.orrery.scheduler.json.Fields;
import dev.orrery.scheduler.problem.ProblemException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Reads the bodies of the calls that ask for runs. */
@Singleton
class RunReader {
  static final int MAX_INSTANCES = 20_000;
  private static final int MAX_KEY = 200;

  private final ObjectMapper json;

  RunReader(ObjectMapper json) {
    this.json = json;
  }

  /** One run of the job in the path. */
  Submission single(int appId, String job, JsonNode body, String key) {
    Fields fields = Fields.ofBody(body);
    Run run = run(job, fields, 1);
    fields.refuseUnknown();
    return new Submission(appId, idempotency(key, job, body), List.of(run));
  }

  /** Runs of many jobs. */
  Submission batch(int appId, JsonNode body, String key) {
    Fields fields = Fields.ofBody(body);
    List<Run> runs = new ArrayList<>();
    int instances = 0;
    for (Fields entry : fields.objects("instances")) {
      String job = entry.requiredText("job");
      int count = entry.integer("count", 1, MAX_INSTANCES).orElse(1);
      instances += count;
      if (instances > MAX_INSTANCES) {
        throw entry.invalid("count", "takes the call over " + MAX_INSTANCES + " instances");
      }
      runs.add(run(job, entry, count));
      entry.refuseUnknown();
    }
    fields.refuseUnknown();
    if (runs.isEmpty()) {
      throw fields.invalid("instances", "is to name at least one run");
    }
    return new Submission(appId, idempotency(key, "", body), List.copyOf(runs));
  }

  private Run run(String job, Fields fields, int count) {
    Map<String, String> parameters = Parameters.read(fields);
    return new Run(
        job,
        parameters.isEmpty() ? null : text(parameters),
        fields.instant("runAt").orElse(null),
        count);
  }

  private String text(Map<String, String> parameters) {
    try {
      return json.writeValueAsString(parameters);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A map of strings is always writable", e);
    }
  }

  private static Idempotency idempotency(String key, String job, JsonNode body) {
    if (key == null) {
      return null;
    }
    if (key.isBlank() || key.length() > MAX_KEY || key.indexOf('\0') >= 0) {
      throw ProblemException.invalid(
          "Idempotency-Key",
          "The header Idempotency-Key is to be 1 to " + MAX_KEY + " characters.");
    }
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(job.getBytes(StandardCharsets.UTF_8));
      sha256.update((byte) 0);
      sha256.update(String.valueOf(body).getBytes(StandardCharsets.UTF_8));
      return new Idempotency(key, HexFormat.of().formatHex(sha256.digest()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java has SHA-256", e);
    }
  }
}
