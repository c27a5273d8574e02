package dev.orrery.scheduler.submission;

import java.time.Instant;
import java.util.List;

/**
 * Instances that one call submits; all of them are created, or none.
 *
 * @param idempotency null where the call has no key
 */
public record Submission(int appId, Idempotency idempotency, List<Run> runs) {

  /**
   * One line of a submission.
   *
   * @param job its name
   * @param parameters a JSON object of this run's own parameters; null where there are none
   * @param runAt null means now
   * @param count how many instances, at least 1
   */
  public record Run(String job, String parameters, Instant runAt, int count) {
    /** The characters of the parameters of all its instances. */
    long parameterLength() {
      return parameters == null ? 0 : (long) count * parameters.length();
    }
  }

  /**
   * A key that the caller chose.
   *
   * @param hash of the request, hexadecimal: another body under the same key is refused
   */
  public record Idempotency(String key, String hash) {}

  int instances() {
    return runs.stream().mapToInt(Run::count).sum();
  }

  /** Rows that it makes, and the bytes of their parameters, in units of a kilobyte. */
  int weight() {
    long characters = runs.stream().mapToLong(Run::parameterLength).sum();
    return (int) (instances() + characters / 1024);
  }
}
