package dev.orrery.scheduler.model.instance;

import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** One page of instances. */
@Schema(name = "InstancePage", description = "One page of a list of `Instance`.")
@RegisterForReflection
public record InstancePage(
    @Schema(
            description =
                "The items, newest first. A page may have fewer than its limit, or none, because it"
                    + " is bounded in bytes and in the rows that it examines; only without 'next' is"
                    + " it the last one.")
        List<InstanceView> items,
    @Schema(
            description = "The cursor to pass as 'after' for the next page; null on the last one.",
            nullable = true)
        String next,
    @Schema(
            description =
                "Creation of the oldest instance that the call examined, if it ended for their"
                    + " number before it had found enough: older ones can match, too. Null"
                    + " otherwise.",
            nullable = true)
        Instant examinedFrom) {}
