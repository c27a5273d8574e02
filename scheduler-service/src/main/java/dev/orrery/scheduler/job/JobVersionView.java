package dev.orrery.scheduler.job;

import dev.orrery.scheduler.job.document.JobDocument;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One version of a job, as it was written. */
@Schema(name = "JobVersion", description = "One version of a job, as it was written.")
@RegisterForReflection
public record JobVersionView(
    @Schema(
            description = "Counts the edits of the job; instances name theirs as jobVersion.",
            minimum = "1")
        int version,
    @Schema(description = "When it was written.") Instant createdAt,
    @Schema(description = "The job document of this version.") JobDocument document) {}
