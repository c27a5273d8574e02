package dev.orrery.client;

import dev.orrery.protocol.json.JsonMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Jobs to apply together: all are changed, or none.
 *
 * @param jobs at most 1000, each with its {@code name}
 * @param app that the file names; a client of another app refuses the file
 * @param owner marks the jobs as those of this file; a job of another owner is refused
 * @param prunes whether jobs of the same owner that are not in {@code jobs} are deleted
 */
public record JobsFile(
    List<JobDocument> jobs, Optional<String> app, Optional<String> owner, boolean prunes) {
  private static final Set<String> FIELDS = Set.of("app", "owner", "jobs");

  public JobsFile {
    jobs = List.copyOf(jobs);
    if (prunes && owner.isEmpty()) {
      throw new IllegalArgumentException(
          "A file that prunes needs an owner: call owner(name) before prune().");
    }
  }

  public static JobsFile of(List<JobDocument> jobs) {
    return new JobsFile(jobs, Optional.empty(), Optional.empty(), false);
  }

  public static JobsFile of(JobDocument... jobs) {
    return of(List.of(jobs));
  }

  /**
   * Reads a job file in JSON, with {@code jobs} and perhaps {@code app} and {@code owner} at the
   * top. For one in YAML, give what your YAML library reads to {@link #ofFields}.
   *
   * @throws IllegalArgumentException naming the mistake; the scheduler checks the jobs themselves
   */
  public static JobsFile ofJson(String json) {
    return ofFields(JobDocument.parsed(json));
  }

  /**
   * Takes a job file as maps and lists.
   *
   * @throws IllegalArgumentException naming the mistake; the scheduler checks the jobs themselves
   */
  public static JobsFile ofFields(Map<String, ? extends @Nullable Object> file) {
    for (String name : file.keySet()) {
      if (!FIELDS.contains(name)) {
        throw new IllegalArgumentException(
            "Unknown field '" + name + "' of the job file; known are app, jobs and owner.");
      }
    }
    if (!(file.get("jobs") instanceof List<?> jobs)) {
      throw new IllegalArgumentException("'jobs' of the job file must be a list of job documents.");
    }
    return new JobsFile(
        jobs.stream().map(JobsFile::document).toList(),
        name("app", file.get("app")),
        name("owner", file.get("owner")),
        false);
  }

  private static Optional<String> name(String what, @Nullable Object value) {
    return Optional.ofNullable(value).map(name -> Names.require(what, name.toString()));
  }

  private static JobDocument document(@Nullable Object job) {
    if (job instanceof Map<?, ?> fields) {
      return new JobDocument(JsonMap.of(fields));
    }
    throw new IllegalArgumentException("A job of the job file is not a document: " + job);
  }

  public JobsFile owner(String name) {
    return new JobsFile(jobs, app, Optional.of(Names.require("owner", name)), prunes);
  }

  /** Deletes the jobs of the owner that are not in this file. */
  public JobsFile prune() {
    return new JobsFile(jobs, app, owner, true);
  }

  /** Returns true if a job must have an ETag, which it has no more after the call. */
  boolean hasEtags() {
    return jobs.stream().anyMatch(job -> job.fields().containsKey("etag"));
  }

  Map<String, Object> body() {
    Map<String, Object> body = new LinkedHashMap<>();
    owner.ifPresent(name -> body.put("owner", name));
    if (prunes) {
      body.put("prune", true);
    }
    body.put("jobs", jobs.stream().map(JobDocument::fields).toList());
    return body;
  }
}
