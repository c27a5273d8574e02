package dev.orrery.scheduler.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.orrery.scheduler.json.ResourceName;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/**
 * A webhook as a user wrote it, with the defaults filled in.
 *
 * @param jobs names; null means all jobs of the app
 * @param threshold so many failures within the window make a job failing
 * @param lateAfter how long an instance may wait after it was due
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@Schema(
    name = "Webhook",
    examples =
        "{\"url\":\"https://hooks.example.org/orrery\",\"events\":[\"failed\",\"recovered\"],"
            + "\"jobs\":[\"nightly\"],\"threshold\":3,\"window\":\"PT10M\"}")
@RegisterForReflection
record WebhookDocument(
    @Schema(pattern = ResourceName.PATTERN) String name,
    @Schema(description = "http or https, without user name and password") String url,
    @Schema(description = "Of failed, recovered, missed, late; default all")
        List<WebhookEvent> events,
    @Schema(description = "Names of jobs; absent means all of the app") List<String> jobs,
    @Schema(minimum = "1", maximum = "100", defaultValue = "1") int threshold,
    @Schema(type = SchemaType.STRING, format = "duration", defaultValue = "PT10M") Duration window,
    @Schema(type = SchemaType.STRING, format = "duration", defaultValue = "PT1M")
        Duration lateAfter,
    @Schema(defaultValue = "true") boolean enabled) {

  boolean concerns(String job) {
    return jobs == null || jobs.contains(job);
  }
}
