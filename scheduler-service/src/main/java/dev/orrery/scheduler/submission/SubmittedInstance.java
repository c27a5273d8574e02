package dev.orrery.scheduler.submission;

import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * The response to the submission of one instance.
 *
 * @param id 63 bits, as a string of digits
 */
@Schema(name = "SubmittedInstance", examples = "{\"id\":\"249518030950563840\"}")
@RegisterForReflection
public record SubmittedInstance(String id) {}
