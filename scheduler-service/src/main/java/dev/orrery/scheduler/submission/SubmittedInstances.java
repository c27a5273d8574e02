package dev.orrery.scheduler.submission;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The response to the submission of a batch.
 *
 * @param ids in the order of the request
 */
@Schema(name = "SubmittedInstances", examples = "{\"ids\":[\"249518030950563840\"]}")
@RegisterForReflection
public record SubmittedInstances(List<String> ids) {}
