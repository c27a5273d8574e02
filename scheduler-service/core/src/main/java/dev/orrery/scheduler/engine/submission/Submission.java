package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.model.job.document.ShardParameters;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The instances that one call submits: all are created, or none.
 *
 * @param idempotency null if the call has no key
 * @param onlyDeclared whether a job that no application has declared is refused
 */
public record Submission(int appId, Idempotency idempotency, List<Run> runs, boolean onlyDeclared) {
  public Submission(int appId, Idempotency idempotency, List<Run> runs) {
    this(appId, idempotency, runs, false);
  }

  Submission ofDeclaredJobs() {
    return new Submission(appId, idempotency, runs, true);
  }

  /**
   * One entry of a submission.
   *
   * @param job name of the job
   * @param parameters a JSON object of this run's own parameters; null if it has none
   * @param runAt null means now
   * @param count number of instances, at least 1
   */
  public record Run(String job, String parameters, Instant runAt, int count) {
    /** Returns true if a parameter is one that a job with parts sets itself. */
    private boolean setsShards() {
      return parameters != null && ShardParameters.NAMES.stream().anyMatch(this::hasParameter);
    }

    private boolean hasParameter(String name) {
      return parameters.contains("\"" + name + "\":");
    }

    /** Returns the number of characters in the parameters of all its instances. */
    long parameterLength() {
      return parameters == null ? 0 : (long) count * parameters.length();
    }
  }

  /**
   * An idempotency key.
   *
   * @param hash the hexadecimal hash of the request: a different request with the same key is
   *     refused
   */
  public record Idempotency(String key, String hash) {}

  /** Returns the jobs that must not have parts, because a run sets parameters of parts. */
  Set<String> jobsWithoutParts() {
    return runs.stream().filter(Run::setsShards).map(Run::job).collect(Collectors.toSet());
  }

  int instances() {
    return runs.stream().mapToInt(Run::count).sum();
  }

  /** Returns the number of rows, plus the parameters in kilobytes. */
  int weight() {
    long characters = runs.stream().mapToLong(Run::parameterLength).sum();
    return (int) (instances() + characters / 1024);
  }
}
