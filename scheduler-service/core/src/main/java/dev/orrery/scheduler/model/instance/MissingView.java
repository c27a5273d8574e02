package dev.orrery.scheduler.model.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The requirements of an instance that no connected worker meets. */
@Schema(
    name = "MissingCapabilities",
    description = "What an instance needs, and no connected worker of its app has.")
@RegisterForReflection
public record MissingView(
    @Schema(
            description = "The processor, if no worker offers it; null if one does.",
            nullable = true)
        String processor,
    @Schema(
            description =
                "The tags that no worker with the processor has; all that it needs if there is a"
                    + " worker for each, but none with all of them. Empty if the processor is"
                    + " missing.")
        List<String> tags) {}
