package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.scheduler.model.job.JobResource.JobView;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One page of the jobs of an app. */
@Schema(name = "JobPage", description = "One page of a list of `Job`.")
@RegisterForReflection
public record JobPage(
    @Schema(
            description =
                "The jobs, in the order of the list. A page may have fewer than its limit, because"
                    + " it is bounded in bytes, too; only without 'next' is it the last one.")
        List<JobView> items,
    @Schema(
            description = "The cursor to pass as 'after' for the next page; null on the last one.",
            nullable = true)
        String next,
    @Schema(description = "Number of jobs that the call selects, on all pages.", minimum = "0")
        long total,
    @Schema(
            description =
                "Statistics of the jobs of the page, in their order; null without 'ends'.",
            nullable = true)
        List<JobStatisticsView> statistics) {}
