package dev.orrery.scheduler.extras.statistics.job;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.Explode;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Returns statistics of jobs over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class JobStatisticsResource {
  private final JobStatisticsService statistics;
  private final AppService apps;
  private final SecurityIdentity identity;

  JobStatisticsResource(
      JobStatisticsService statistics, AppService apps, SecurityIdentity identity) {
    this.statistics = statistics;
    this.apps = apps;
    this.identity = identity;
  }

  /** The statistics of several jobs. */
  @Schema(name = "JobStatisticsList", description = "Statistics of jobs.")
  @RegisterForReflection
  public record JobStatisticsList(
      @Schema(description = "One item for each job, by name.") List<JobStatisticsView> items) {}

  @GET
  @Path("/apps/{app}/job-statistics")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "getJobStatistics",
      summary = "Returns success rate, run times and last ends of jobs",
      description =
          "Counts the newest instances that have ended, by their creation, at most "
              + JobStatisticsService.MAX_DAYS
              + " days back. The response may be two seconds old.")
  public JobStatisticsList statistics(
      String app,
      @Parameter(
              explode = Explode.TRUE,
              description =
                  "Name of a job; may be repeated. Without it, the response has the first "
                      + JobStatisticsService.MAX_JOBS
                      + " jobs by name.")
          @QueryParam("job")
          List<String> job,
      @QueryParam("last") String last) {
    int appId = apps.visibleId(Caller.of(identity), app);
    int ends =
        QueryParameter.integer(
            "last", last, JobStatisticsService.DEFAULT_ENDS, 1, JobStatisticsService.MAX_ENDS);
    return new JobStatisticsList(statistics.of(appId, job, ends));
  }
}
