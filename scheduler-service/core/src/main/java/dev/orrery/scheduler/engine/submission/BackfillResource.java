package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Starts, reads, lists and cancels backfills over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class BackfillResource {
  private final BackfillService backfills;
  private final AppService apps;
  private final SecurityIdentity identity;

  BackfillResource(BackfillService backfills, AppService apps, SecurityIdentity identity) {
    this.backfills = backfills;
    this.apps = apps;
    this.identity = identity;
  }

  @POST
  @Path("/apps/{app}/jobs/{job}/backfills")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "startBackfill",
      summary = "Runs fire times of the past that have not run")
  @APIResponse(
      responseCode = "202",
      description = "The backfill is stored with its instances",
      headers = @Header(name = HttpHeaders.LOCATION, ref = HttpHeaders.LOCATION),
      content = @Content(schema = @Schema(implementation = BackfillView.class)))
  public Response start(
      String app,
      String job,
      @HeaderParam("Idempotency-Key") String key,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(ref = "BackfillRequest"),
                      example =
                          "{\"from\":\"2027-03-01T00:00:00Z\",\"until\":\"2027-03-07T00:00:00Z\","
                              + "\"overlap\":\"queue-all\"}"))
          JsonNode body) {
    int appId = apps.visibleId(Caller.of(identity), app);
    BackfillView backfill =
        backfills.start(
            appId,
            job,
            BackfillRequest.read(body),
            key == null
                ? null
                : IdempotencyKey.of(key, "backfills:" + job).add(body).idempotency());
    return Response.accepted(backfill)
        .header(HttpHeaders.LOCATION, ApiPath.ofApp(app, "jobs", job, "backfills", backfill.id()))
        .build();
  }

  @GET
  @Path("/apps/{app}/jobs/{job}/backfills")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(operationId = "listBackfills", summary = "Lists the backfills of a job, newest first")
  public Page<BackfillView> list(
      String app,
      String job,
      @QueryParam("limit") String limit,
      @QueryParam("after") String after) {
    int appId = apps.visibleId(Caller.of(identity), app);
    int size = Page.limit(limit);
    long before = QueryParameter.cursor(after, Long.MAX_VALUE);
    return Page.of(
        backfills.page(appId, job, before, size + 1), size, view -> view, BackfillView::id);
  }

  @GET
  @Path("/apps/{app}/jobs/{job}/backfills/{id}")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND, ErrorCode.NOT_FOUND})
  @Operation(
      operationId = "getBackfill",
      summary = "Returns a backfill with the states of its instances")
  public BackfillView get(String app, String job, String id) {
    return backfills.get(apps.visibleId(Caller.of(identity), app), job, id(id));
  }

  @POST
  @Path("/apps/{app}/jobs/{job}/backfills/{id}/cancel")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND, ErrorCode.NOT_FOUND})
  @Operation(
      operationId = "cancelBackfill",
      summary = "Cancels the instances of a backfill that have not ended")
  @APIResponse(
      responseCode = "202",
      description = "The cancel is recorded",
      content = @Content(schema = @Schema(implementation = BackfillView.class)))
  public Response cancel(String app, String job, String id) {
    int appId = apps.visibleId(Caller.of(identity), app);
    return Response.accepted(backfills.cancel(appId, job, id(id))).build();
  }

  private static long id(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ProblemException.invalid("id", "The id of a backfill is a number.");
    }
  }
}
