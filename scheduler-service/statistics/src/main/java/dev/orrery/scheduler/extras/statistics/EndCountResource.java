package dev.orrery.scheduler.extras.statistics;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
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
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Returns end counts over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class EndCountResource {
  private final EndCountService counts;
  private final AppService apps;
  private final InstantSource clock;
  private final SecurityIdentity identity;

  EndCountResource(
      EndCountService counts, AppService apps, InstantSource clock, SecurityIdentity identity) {
    this.counts = counts;
    this.apps = apps;
    this.clock = clock;
    this.identity = identity;
  }

  @GET
  @Path("/apps/{app}/end-counts")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "countEnds",
      summary = "Counts ended instances by time and state",
      description =
          "The counts are exact. Buckets of PT1M are kept for six hours, of PT10M for two days, and"
              + " of PT1H for eight days. Calls of the same span share an answer for three seconds.")
  public EndCountsView count(
      String app,
      @Parameter(
              description =
                  "Counts from the bucket with this instant; absent means an hour before 'until'.")
          @QueryParam("from")
          String from,
      @Parameter(description = "Counts up to the bucket with this instant; absent means now.")
          @QueryParam("until")
          String until,
      @Parameter(
              description = "Length of a bucket; absent means the shortest that the span allows.",
              schema = @Schema(enumeration = {"PT1M", "PT10M", "PT1H"}))
          @QueryParam("bucket")
          String bucket,
      @Parameter(description = "Only instances of this job.") @QueryParam("job") String job) {
    int appId = apps.visibleId(Caller.of(identity), app);
    return counts.count(appId, job, EndCountQuery.read(clock.instant(), from, until, bucket));
  }
}
