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
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Returns counts of waiting instances over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class WaitingCountResource {
  private final WaitingCountService counts;
  private final AppService apps;
  private final SecurityIdentity identity;

  WaitingCountResource(WaitingCountService counts, AppService apps, SecurityIdentity identity) {
    this.counts = counts;
    this.apps = apps;
    this.identity = identity;
  }

  @GET
  @Path("/apps/{app}/waiting")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "countWaiting",
      summary = "Counts the waiting instances of an app by their reason",
      description =
          "Up to 10,000 waiting instances the counts are exact. Above, those of jobs with many are"
              + " estimates by a sample of the table. Calls share an answer for three seconds.")
  public WaitingCountsView count(String app) {
    return counts.count(apps.visibleId(Caller.of(identity), app));
  }
}
