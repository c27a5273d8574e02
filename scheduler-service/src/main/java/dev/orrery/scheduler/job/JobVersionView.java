package dev.orrery.scheduler.job;

import dev.orrery.scheduler.job.document.JobDocument;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * One version of a job, as it was written.
 *
 * @param version counts the edits of the job, from 1; instances name theirs as {@code jobVersion}
 */
@Schema(name = "JobVersion")
@RegisterForReflection
public record JobVersionView(int version, Instant createdAt, JobDocument document) {}
