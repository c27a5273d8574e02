package dev.orrery.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A stored job.
 *
 * @param document which can be put again
 * @param etag the version of the document, for {@link OrreryClient#putJob(String, JobDocument,
 *     String)}; only {@code getJob} and {@code putJob} return it
 */
public record Job(String name, JobDocument document, JobStatus status, Optional<String> etag) {
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
