package dev.orrery.scheduler.model.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.model.job.document.JobDocument;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One stored version of a job. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(name = "JobVersion", description = "One version of a job, as it was written.")
@RegisterForReflection
public record JobVersionView(
    @Schema(
            description = "Counts the edits of the job; instances name theirs as jobVersion.",
            minimum = "1")
        int version,
    @Schema(description = "When it was written.") Instant createdAt,
    @Schema(
            description =
                "Who wrote it; absent if a release before wrote it, which stored no authors.",
            nullable = true)
        AuthorView author,
    @Schema(description = "The job document of this version.") JobDocument document) {
  JobVersionView forViewers() {
    return new JobVersionView(version, createdAt, author, document.forViewers());
  }
}
