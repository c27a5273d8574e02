package dev.orrery.scheduler.model.job.upcoming;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.rest.SharedResponseCache;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists the next fires of an app over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class UpcomingFireResource {
  private final UpcomingFireService fires;
  private final AppService apps;
  private final SecurityIdentity identity;
  private final SharedResponseCache shared;

  UpcomingFireResource(
      UpcomingFireService fires,
      AppService apps,
      SecurityIdentity identity,
      SharedResponseCache shared) {
    this.fires = fires;
    this.apps = apps;
    this.identity = identity;
    this.shared = shared;
  }

  @GET
  @Path("/apps/{app}/fire-times")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "listUpcomingFires",
      summary = "Lists the next fires over all jobs of an app",
      description =
          "At most "
              + UpcomingFires.MAX_OF_A_JOB
              + " fires of each job. Paused and disabled jobs do not fire, and only the next fire"
              + " of a fixed delay is known. The response may be two seconds old.")
  public UpcomingFiresView next(
      String app,
      @Parameter(
              description =
                  "No fires after this instant, at most "
                      + UpcomingFireService.MAX_HOURS
                      + " hours ahead; absent means that.")
          @QueryParam("until")
          String until,
      @QueryParam("limit") String limit) {
    return shared.get(
        () -> {
          int appId = apps.visibleId(Caller.of(identity), app);
          return fires.next(appId, QueryParameter.instant("until", until), Page.limit(limit));
        });
  }

  @GET
  @Path("/apps/{app}/fire-counts")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "countUpcomingFires",
      summary = "Counts the fires of the next 24 hours over all jobs of an app, by hour",
      description =
          "Hours begin with the one that is open now, and are those of UTC. At most "
              + FireCounts.MAX_OF_A_JOB
              + " fires of a job are counted in an hour, and the "
              + FireCounts.MAX_JOBS
              + " jobs that fire least often in it are named. Paused and disabled jobs do not fire,"
              + " and only the next fire of a fixed delay is known. The response may be two seconds old.")
  public FireCountsView count(String app) {
    return shared.get(() -> fires.count(apps.visibleId(Caller.of(identity), app)));
  }
}
