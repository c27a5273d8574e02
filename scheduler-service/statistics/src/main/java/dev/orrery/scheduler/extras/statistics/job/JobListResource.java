package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.SharedResponseCache;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists jobs with their statistics over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class JobListResource {
  private final JobListService jobs;
  private final AppService apps;
  private final SecurityIdentity identity;
  private final SharedResponseCache shared;

  JobListResource(
      JobListService jobs, AppService apps, SecurityIdentity identity, SharedResponseCache shared) {
    this.jobs = jobs;
    this.apps = apps;
    this.identity = identity;
    this.shared = shared;
  }

  @GET
  @Path("/apps/{app}/jobs")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "listJobs",
      summary = "Lists the jobs of an app, by name unless sorted otherwise",
      description =
          "Whether a job is failing, and its values to sort by, may be ten seconds old, and older in"
              + " an app with tens of thousands of jobs. Pages of a list that is sorted by a value"
              + " that changes may miss a job or repeat one.")
  public JobPage list(
      String app,
      @BeanParam JobListQuery query,
      @QueryParam("limit") String limit,
      @QueryParam("after") String after) {
    Caller caller = Caller.of(identity);
    return shared.get(
        () ->
            jobs.page(
                caller,
                new JobListService.PageRequest(
                    apps.visibleId(caller, app),
                    query.selection(),
                    after,
                    Page.limit(limit),
                    query.ends())));
  }
}
