package dev.orrery.scheduler.model.job.apply;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.DocumentPut;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Applies files of jobs over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class JobApplyResource {
  private final JobApplyReader reader;
  private final JobApplyService service;
  private final AppService apps;
  private final SecurityIdentity identity;

  JobApplyResource(
      JobApplyReader reader, JobApplyService service, AppService apps, SecurityIdentity identity) {
    this.reader = reader;
    this.service = service;
    this.apps = apps;
    this.identity = identity;
  }

  @POST
  @Path("/apps/{app}/jobs:apply")
  @RolesAllowed(Names.DECLARE)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.PRECONDITION_FAILED})
  @Operation(
      operationId = "applyJobs",
      summary = "Applies a file of jobs, all or none of them",
      description =
          "Creates and updates the jobs of the file and, with prune, deletes the jobs of its owner"
              + " that it does not name, in one transaction. The response is the plan; with dryRun"
              + " nothing is changed. The role declare may apply declarations only: jobs of"
              + " processors of the type java that are new or that an application has declared,"
              + " without prune.")
  @Parameter(
      name = DocumentPut.DRY_RUN,
      description = "Changes nothing; the response is the plan.",
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  public JobApplyPlan apply(
      String app,
      @Context UriInfo uri,
      @RequestBody(content = @Content(schema = @Schema(ref = "JobApply"))) byte[] body) {
    Caller caller = Caller.of(identity);
    if (DocumentPut.isDryRun(uri)) {
      // Reads the file first, so that it can be checked before its app exists.
      JobApplyRequest request = read(body, caller);
      ResourceName.require("app", app);
      return service.dryRun(apps.visibleId(caller, app), request);
    }
    int appId = apps.visibleId(caller, app);
    return service.apply(appId, read(body, caller), caller.author());
  }

  private JobApplyRequest read(byte[] body, Caller caller) {
    JobApplyRequest request = reader.read(body);
    return caller.isLimitedToDeclaredJobs() ? DeclarerRule.restrict(request) : request;
  }
}
