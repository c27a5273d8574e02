package dev.orrery.scheduler.model.job.upcoming;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.JobLimits;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import dev.orrery.scheduler.model.job.document.TriggerReader;
import io.quarkus.security.identity.SecurityIdentity;
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

/** Previews fire times of a cron expression or a job over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class PreviewResource {
  private final PreviewService previews;
  private final AppService apps;
  private final SecurityIdentity identity;

  PreviewResource(PreviewService previews, AppService apps, SecurityIdentity identity) {
    this.previews = previews;
    this.apps = apps;
    this.identity = identity;
  }

  @GET
  @Path("/cron/fire-times")
  @RolesAllowed(Names.VIEWER)
  @Operation(
      operationId = "previewCron",
      summary = "Describes a cron expression, and lists its next fire times",
      description = "Nothing is stored. Expressions that a job document may not have are refused.")
  public FirePreview ofCron(
      @Parameter(required = true, schema = @Schema(maxLength = JobLimits.MAX_CRON))
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

  @GET
  @Path("/apps/{app}/jobs/{job}/fire-times")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "listJobFireTimes",
      summary = "Describes the trigger of a job, and lists its next fire times",
      description =
          "The fire times do not depend on whether the job is enabled. Only the next one of a fixed delay is known.")
  public FirePreview ofJob(
      String app, String job, @QueryParam("count") String count, @QueryParam("from") String from) {
    int appId = apps.visibleId(Caller.of(identity), app);
    return previews.next(appId, job, PreviewQuery.of(count, from));
  }
}
