package dev.orrery.scheduler.job.apply;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.orrery.scheduler.app.AppService;
import dev.orrery.scheduler.job.document.JobDocument;
import dev.orrery.scheduler.rest.ApiPath;
import dev.orrery.scheduler.rest.DocumentPut;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.Role.Names;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Files of jobs over HTTP. */
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

  /**
   * A file of jobs, for the OpenAPI document; {@link JobApplyReader} reads it.
   *
   * @param owner marks the jobs of the file; a job of another owner is refused
   * @param prune deletes the jobs of the owner that the file does not name
   */
  @Schema(
      name = "JobApply",
      examples =
          """
          {"owner":"billing-repo","prune":true,
           "jobs":[{"name":"nightly","trigger":{"cron":"0 30 2 * * *"},
             "processor":{"type":"shell","script":"/opt/billing/run"}}]}""")
  @RegisterForReflection
  public record JobApplyBody(List<NamedJob> jobs, String owner, boolean prune) {}

  /**
   * A job document with its name.
   *
   * @param etag which the stored job must have
   */
  @Schema(name = "NamedJob")
  @RegisterForReflection
  public record NamedJob(@JsonUnwrapped JobDocument document, String etag) {}

  @POST
  @Path("/apps/{app}/jobs:apply")
  @RolesAllowed(Names.OPERATOR)
  @Operation(
      summary = "Applies a file of jobs, all or none of them",
      description =
          "Creates and updates the jobs of the file and, with prune, deletes the jobs of its owner"
              + " that it does not name, in one transaction. The response is the plan; with dryRun"
              + " nothing is changed.")
  @Parameter(
      name = DocumentPut.DRY_RUN,
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  public JobApplyPlan apply(
      String app,
      @Context UriInfo uri,
      @RequestBody(content = @Content(schema = @Schema(implementation = JobApplyBody.class)))
          byte[] body) {
    Caller caller = Caller.of(identity);
    if (DocumentPut.isDryRun(uri)) {
      // The file comes first, so that it can be checked before its app exists.
      JobApplyRequest request = reader.read(body);
      return service.dryRun(apps.visibleId(caller, app), request);
    }
    int appId = apps.visibleId(caller, app);
    return service.apply(appId, reader.read(body));
  }
}
