package dev.orrery.scheduler.model.job.apply;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.rest.DocumentChange.Difference;
import dev.orrery.scheduler.model.job.PrunedJobs;
import dev.orrery.scheduler.model.job.declaration.LackedJob;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The plan of an apply: the change of each job. */
@Schema(
    name = "JobApplyPlan",
    description = "What a file of jobs changes, or has changed.",
    examples =
        """
        {"jobs":[{"name":"nightly","change":"update",
          "differences":[{"field":"priority","from":5,"to":7}],"version":3,"etag":"\\"17-3\\""}]}""")
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record JobApplyPlan(
    @Schema(
            description =
                "The jobs of the file in its order, then those that are deleted, by name: the first"
                    + " 5,000 of these.")
        List<PlannedJob> jobs,
    @Schema(
            description =
                "The number of deleted jobs that are not among the jobs of the plan; absent if all"
                    + " are.",
            nullable = true,
            minimum = "1")
        Integer unlistedDeletions,
    @Schema(
            description = "The outcome of the declaration; absent unless the file is one.",
            nullable = true)
        DeclarationResult declaration) {
  /**
   * The maximum number of deletions that a plan lists; with their names they take 1 MiB as JSON.
   */
  static final int MAX_LISTED_DELETIONS = 5_000;

  /**
   * @param after returns the version of a job after the call
   */
  static JobApplyPlan of(
      JobFileEdits edits, String owner, Function<JobEdit, Optional<StoredVersion>> after) {
    PrunedJobs pruned = edits.pruned();
    int unlisted = pruned.ids().size() - pruned.firstNames().size();
    return new JobApplyPlan(
        Stream.concat(
                edits.named().stream().map(edit -> PlannedJob.of(edit, owner, after.apply(edit))),
                pruned.firstNames().stream().map(PlannedJob::deletion))
            .toList(),
        unlisted == 0 ? null : unlisted,
        null);
  }

  /** Returns the plan with the jobs of the call that other applications declare. */
  JobApplyPlan withOthers(List<String> others) {
    return new JobApplyPlan(
        jobs,
        unlistedDeletions,
        new DeclarationResult(
            declaration.inForce(),
            declaration.outcome(),
            declaration.off(),
            declaration.missing(),
            others));
  }

  /** Returns the plan of a declaration that takes force. */
  JobApplyPlan declared(
      DeclarationVersion version, List<LackedJob> lacked, Function<LackedJob, Instant> end) {
    return new JobApplyPlan(
        jobs,
        unlistedDeletions,
        new DeclarationResult(
            version.text(),
            DeclarationResult.Outcome.APPLIED,
            lacked.stream().filter(LackedJob::isOff).map(LackedJob::name).toList(),
            lacked.stream()
                .filter(job -> !job.isOff())
                .map(job -> new MissingJob(job.name(), end.apply(job)))
                .toList(),
            List.of()));
  }

  static JobApplyPlan renewed(DeclarationVersion version, List<String> off) {
    return new JobApplyPlan(
        List.of(),
        null,
        new DeclarationResult(
            version.text(), DeclarationResult.Outcome.RENEWED, off, List.of(), List.of()));
  }

  /** Returns the plan of a declaration that changes nothing because a newer one is in force. */
  static JobApplyPlan left(List<PlannedJob> jobs, DeclarationVersion newer) {
    return new JobApplyPlan(
        jobs,
        null,
        new DeclarationResult(
            newer.text(), DeclarationResult.Outcome.LEFT, List.of(), List.of(), List.of()));
  }

  /** The outcome of a declaration. */
  @Schema(name = "DeclarationResult", description = "The outcome of a declaration.")
  @RegisterForReflection
  public record DeclarationResult(
      @Schema(description = "The version in force after the call.") String inForce,
      @Schema(
              description =
                  "APPLIED: the version of the call is in force, and its jobs are written. RENEWED:"
                      + " it was in force, and nothing is changed. LEFT: a newer version is in"
                      + " force, and nothing is changed.")
          Outcome outcome,
      @Schema(
              description =
                  "APPLIED: jobs that are disabled by the call, because the process has their code"
                      + " and does not declare them. RENEWED: jobs of the call that another process"
                      + " of the version has switched off.")
          List<String> off,
      @Schema(
              description =
                  "Jobs of the owner that the declaration lacks, and that go on: they may be of"
                      + " another process.")
          List<MissingJob> missing,
      @Schema(
              description =
                  "Jobs of the call that another application declares: their runs are for its"
                      + " processes, so that of the caller must not offer their processors.")
          List<String> others) {
    /** The ways in which a declaration ends. */
    @Schema(
        name = "DeclarationOutcome",
        description = "Whether the version of a declaration is in force.")
    public enum Outcome {
      APPLIED,
      RENEWED,
      LEFT
    }
  }

  /** A job that its owner declares no longer. */
  @Schema(name = "MissingJob", description = "A job that its owner declares no longer.")
  @RegisterForReflection
  public record MissingJob(
      @Schema(description = "Name of the job.") String name,
      @Schema(description = "When it is disabled, unless a connected worker offers its processor.")
          Instant until) {}

  /** The change of one job. */
  @Schema(name = "PlannedJob", description = "The change of one job.")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RegisterForReflection
  public record PlannedJob(
      @Schema(description = "Name of the job.") String name,
      @Schema(description = "What happens to the job.") DocumentChange.Kind change,
      @Schema(description = "Leaf by leaf, sorted by field; empty unless the job is updated.")
          List<Difference> differences,
      @Schema(
              description =
                  "True if further differences are left out, because those of the plan have 1 MiB;"
                      + " absent otherwise.",
              nullable = true)
          Boolean truncated,
      @Schema(
              description = "The version after the call; absent if there is no such job then.",
              nullable = true,
              minimum = "1")
          Integer version,
      @Schema(description = "The ETag after the call, as the version.", nullable = true)
          String etag,
      @Schema(
              description =
                  "Why a declaration leaves the job as it is; absent unless a newer one is in"
                      + " force.",
              nullable = true)
          String left) {

    private static PlannedJob of(JobEdit edit, String owner, Optional<StoredVersion> after) {
      DocumentChange change = edit.change(owner);
      return new PlannedJob(
          edit.name(),
          change.change(),
          change.differences(),
          edit.truncated() ? true : null,
          after.map(StoredVersion::version).orElse(null),
          after.map(StoredVersion::etag).orElse(null),
          null);
    }

    /**
     * @param stored null if the job does not exist
     * @param isDeclared whether the declaration in force has it
     */
    static PlannedJob left(
        String name, StoredVersion stored, boolean isDeclared, DeclarationVersion newer) {
      return new PlannedJob(
          name,
          DocumentChange.Kind.NONE,
          List.of(),
          null,
          stored == null ? null : stored.version(),
          stored == null ? null : stored.etag(),
          "The newer version %s is in force, and %s it."
              .formatted(newer, isDeclared ? "declares" : "does not declare"));
    }

    private static PlannedJob deletion(String name) {
      return new PlannedJob(name, DocumentChange.Kind.DELETE, List.of(), null, null, null, null);
    }
  }
}
