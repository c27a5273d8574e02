package dev.orrery.client;

import java.time.Instant;
import java.util.Optional;

/**
 * What the scheduler adds to a job.
 *
 * @param version counts the edits
 * @param isPaused whether the job itself is paused, whatever its app
 * @param pauseNote the note of who paused it
 * @param owner of the file of jobs that manages it
 * @param triggerDescription the trigger in words
 * @param unreadable why this release cannot read the document, which another one wrote
 */
public record JobStatus(
    int version,
    boolean isPaused,
    Optional<String> pauseNote,
    Optional<String> owner,
    Optional<Instant> createdAt,
    Optional<String> triggerDescription,
    Optional<Instant> nextFireTime,
    Optional<String> unreadable) {

  static JobStatus of(Fields json) {
    return new JobStatus(
        json.number("version"),
        json.isTrue("paused"),
        json.optionalObject("pause").flatMap(pause -> pause.optionalText("note")),
        json.optionalText("owner"),
        json.optionalInstant("createdAt"),
        json.optionalText("triggerDescription"),
        json.optionalInstant("nextFireTime"),
        json.optionalText("unreadable"));
  }
}
