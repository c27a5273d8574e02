package dev.orrery.scheduler.model.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The state of a job that an application declares. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "Declaration", description = "The state of a job that an application declares.")
@RegisterForReflection
public record DeclarationView(
    @Schema(description = "The version of the last declaration that has the job.") String version,
    @Schema(description = "When that was applied.") Instant at,
    @Schema(
            description =
                "The version of the declaration in force, which does not have the job; absent if it"
                    + " does.",
            nullable = true)
        String missingFrom,
    @Schema(
            description = "When a declaration first lacked the job; absent if none does.",
            nullable = true)
        Instant missingSince,
    @Schema(
            description =
                "When the scheduler disabled the job for it; absent unless it did. The next"
                    + " declaration that has the job enables it.",
            nullable = true)
        Instant disabledAt) {

  /**
   * @param version null if no declaration ever had the job
   * @return null if no declaration ever had the job
   */
  static DeclarationView of(
      String version, Instant at, String missingFrom, Instant missingSince, Instant disabledAt) {
    return version == null
        ? null
        : new DeclarationView(version, at, missingFrom, missingSince, disabledAt);
  }
}
