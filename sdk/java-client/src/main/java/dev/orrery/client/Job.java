package dev.orrery.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A stored job. Later releases add components, so a test should make one with {@link #ofJson}, not
 * with the constructor.
 *
 * @param document which {@code putJob} accepts again
 * @param etag the version of the document, for {@link OrreryClient#putJob(String, JobDocument,
 *     String)}; only {@code getJob} and {@code putJob} return it
 */
public record Job(String name, JobDocument document, JobStatus status, Optional<String> etag) {
  /**
   * Reads a job as the API writes it, for tests of applications.
   *
   * @throws OrreryException naming a required field that is missing
   */
  public static Job ofJson(String json) {
    return of(Fields.ofResponse("The job", json), Optional.empty());
  }

  static Job of(Fields json, Optional<String> etag) {
    Map<String, Object> document = new LinkedHashMap<>(json.json());
    document.remove("status");
    return new Job(
        json.text("name"),
        new JobDocument(document),
        JobStatus.of(
            json.optionalObject("status")
                .orElseThrow(
                    () -> OrreryException.notOrrery("The response lacks the 'status' of a job."))),
        etag);
  }
}
