package dev.orrery.client;

import java.time.Instant;
import java.util.Optional;

/**
 * The values of a job that the scheduler adds to its document, such as its version and its next
 * fire time.
 *
 * @param version counts the edits
 * @param isPaused whether the job itself is paused, whatever its app
 * @param pauseNote the note of who paused it
 * @param owner of the file of jobs that manages it
 * @param declaration how the application that owns it declares it
 * @param triggerDescription the trigger in words
 * @param unreadable why this release cannot read the document, which another one wrote
 */
public record JobStatus(
    int version,
    boolean isPaused,
    Optional<String> pauseNote,
    Optional<String> owner,
    Optional<Declaration> declaration,
    Optional<Instant> createdAt,
    Optional<String> triggerDescription,
    Optional<Instant> nextFireTime,
    Optional<String> unreadable) {

  /**
   * How an application declares a job.
   *
   * @param version of the last declaration that has the job
   * @param missingFrom the version in force, if that does not have the job
   * @param disabledAt when the scheduler disabled the job for it
   */
  public record Declaration(
      String version, Instant at, Optional<String> missingFrom, Optional<Instant> disabledAt) {
    private static Declaration of(Fields json) {
      return new Declaration(
          json.text("version"),
          json.instant("at"),
          json.optionalText("missingFrom"),
          json.optionalInstant("disabledAt"));
    }
  }

  static JobStatus of(Fields json) {
    return new JobStatus(
        json.number("version"),
        json.isTrue("paused"),
        json.optionalObject("pause").flatMap(pause -> pause.optionalText("note")),
        json.optionalText("owner"),
        json.optionalObject("declaration").map(Declaration::of),
        json.optionalInstant("createdAt"),
        json.optionalText("triggerDescription"),
        json.optionalInstant("nextFireTime"),
        json.optionalText("unreadable"));
  }
}
