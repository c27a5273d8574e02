package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.engine.submission.Submission.Run;
import dev.orrery.scheduler.model.job.document.ParameterRules;
import jakarta.inject.Singleton;
import java.util.List;

/** Reads a call that submits one run. */
@Singleton
public class SubmissionReader {
  private final ObjectMapper json;

  SubmissionReader(ObjectMapper json) {
    this.json = json;
  }

  /**
   * @param body the fields {@code parameters} and {@code runAt}, or none of them
   * @param key for idempotency; null for none
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID}
   */
  public Submission single(int appId, String job, JsonNode body, String key) {
    JsonFields fields = JsonFields.ofBody(body);
    Run run = run(job, fields, 1);
    fields.refuseUnknown();
    Idempotency idempotency =
        key == null ? null : IdempotencyKey.of(key, job).addRun(body).idempotency();
    return new Submission(appId, idempotency, List.of(run));
  }

  /** Reads one run from an object that may have other fields, too. */
  Run run(String job, JsonFields fields, int count) {
    return new Run(
        job,
        ParameterRules.text(ParameterRules.readOfRun(fields), json),
        fields.instant("runAt").orElse(null),
        count);
  }
}
