package dev.orrery.scheduler.job;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.scheduler.job.document.TriggerReader;
import dev.orrery.scheduler.json.JsonFields;
import dev.orrery.scheduler.rest.ApiPath;
import dev.orrery.scheduler.security.Role.Names;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Cron expressions over HTTP, without a job. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class CronResource {
  private final PreviewService previews;

  CronResource(PreviewService previews) {
    this.previews = previews;
  }

  @GET
  @Path("/cron/fire-times")
  @RolesAllowed(Names.VIEWER)
  @Operation(
      operationId = "previewCron",
      summary = "Describes a cron expression, and lists its next fire times",
      description = "Nothing is stored. Expressions that a job document may not have are refused.")
  public FirePreview next(
      @Parameter(required = true, schema = @Schema(maxLength = TriggerReader.MAX_CRON))
          @QueryParam("cron")
          String cron,
      @Parameter(schema = @Schema(maxLength = TriggerReader.MAX_ZONE)) @QueryParam("zone")
          String zone,
      @QueryParam("dialect") String dialect,
      @QueryParam("count") String count,
      @QueryParam("from") String from) {
    ObjectNode trigger = JsonNodeFactory.instance.objectNode();
    trigger.put("cron", cron).put("zone", zone).put("dialect", dialect);
    JsonFields.ofBody(trigger).requiredText("cron");
    return previews.next(
        TriggerReader.read(JsonFields.ofBody(trigger)), PreviewQuery.of(count, from));
  }
}
