package dev.orrery.scheduler.engine.submission;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The response to the submission of a batch. */
@Schema(
    name = "SubmittedInstances",
    description = "Instances that were stored.",
    examples = "{\"ids\":[\"249518030950563840\"]}")
@RegisterForReflection
public record SubmittedInstances(
    @Schema(description = "Ids of the instances, in the order of the request.") List<String> ids) {}
