package dev.orrery.scheduler.model.job.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.security.Role.Names;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Serves the JSON Schema of a file of jobs. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class JobFileSchemaResource {
  @GET
  @Path("/schemas/job-file")
  @RolesAllowed(Names.VIEWER)
  @Operation(
      operationId = "getJobFileSchema",
      summary = "Returns the JSON Schema of a file of jobs",
      description = "For editors, which complete and check files of jobs with it.")
  @APIResponse(responseCode = "200", description = "A JSON Schema, 2020-12.")
  public JsonNode schema() {
    return JobFileSchema.json();
  }
}
