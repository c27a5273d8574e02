package dev.orrery.scheduler.engine.submission;

import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.http.rest.ApiPath;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The response to the submission of one instance. */
@Schema(
    name = "SubmittedInstance",
    description = "An instance that was stored.",
    examples = "{\"id\":\"249518030950563840\"}")
@RegisterForReflection
public record SubmittedInstance(
    @Schema(description = "Id of the instance.", pattern = JsonSchema.ID_PATTERN) String id) {
  /** Returns a 202 with the id and the path of an instance. */
  public static Response accepted(long id) {
    String text = Long.toString(id);
    return Response.accepted(new SubmittedInstance(text))
        .header(HttpHeaders.LOCATION, ApiPath.ofInstance(text))
        .build();
  }
}
