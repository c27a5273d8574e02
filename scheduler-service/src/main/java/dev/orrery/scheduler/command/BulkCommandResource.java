package dev.orrery.scheduler.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.app.AppService;
import dev.orrery.scheduler.instance.InstanceFilterReader;
import dev.orrery.scheduler.rest.ApiPath;
import dev.orrery.scheduler.rest.DocumentPut;
import dev.orrery.scheduler.rest.ErrorCodes;
import dev.orrery.scheduler.rest.QueryParameter;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.Role.Names;
import dev.orrery.scheduler.submission.IdempotencyKey;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
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

/** Cancels and retries many instances over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class BulkCommandResource {
  private static final String COUNTS_ONLY = "Changes nothing; 'matched' counts the instances.";
  private static final String EXAMPLE =
      "{\"job\":\"nightly\",\"createdFrom\":\"2027-03-28T00:00:00Z\"}";
  private static final String GO_ON =
      "The cursor 'next' of the call before; absent for the newest instances.";

  private final BulkCommandService commands;
  private final AppService apps;
  private final SecurityIdentity identity;

  BulkCommandResource(BulkCommandService commands, AppService apps, SecurityIdentity identity) {
    this.commands = commands;
    this.apps = apps;
    this.identity = identity;
  }

  @POST
  @Path("/apps/{app}/instances:cancel")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "cancelInstances",
      summary = "Cancels the instances that a filter selects",
      description =
          "Cancels up to 10,000 active instances, the newest first: at once those that wait, the"
              + " others by their workers. Without 'states', instances of both states are canceled."
              + " Batches of 500 are transactions of their own; after an error, repeat the call.")
  @Parameter(
      name = DocumentPut.DRY_RUN,
      description = COUNTS_ONLY,
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  public BulkResponse cancel(
      String app,
      @Context UriInfo uri,
      @Parameter(description = GO_ON) @QueryParam("after") String after,
      @RequestBody(content = @Content(schema = @Schema(ref = "InstanceFilter"), example = EXAMPLE))
          JsonNode body) {
    return commands.cancel(call(app, uri, after, body));
  }

  @POST
  @Path("/apps/{app}/instances:retry")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "retryInstances",
      summary = "Runs the ended instances that a filter selects again",
      description =
          "Makes a new instance for each of up to 10,000 ended ones, the newest first, in one"
              + " transaction. Without 'states', those that are FAILED or TIMED_OUT are retried."
              + " Instances of deleted jobs are not. A second call without the cursor retries them"
              + " again; a call with the same Idempotency-Key does not.")
  @Parameter(
      name = DocumentPut.DRY_RUN,
      description = COUNTS_ONLY,
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  public BulkResponse retry(
      String app,
      @Context UriInfo uri,
      @Parameter(description = GO_ON) @QueryParam("after") String after,
      @HeaderParam("Idempotency-Key") String key,
      @RequestBody(content = @Content(schema = @Schema(ref = "InstanceFilter"), example = EXAMPLE))
          JsonNode body) {
    BulkCommandService.Call call = call(app, uri, after, body);
    return commands.retry(
        call,
        key == null
            ? null
            : IdempotencyKey.of(key, "instances:retry")
                .add(after == null ? "" : after)
                .add("\0")
                .add(body)
                .idempotency());
  }

  private BulkCommandService.Call call(String app, UriInfo uri, String after, JsonNode body) {
    int appId = apps.visibleId(Caller.of(identity), app);
    return new BulkCommandService.Call(
        appId,
        InstanceFilterReader.read(body),
        QueryParameter.cursor(after, Long.MAX_VALUE),
        DocumentPut.isDryRun(uri));
  }
}
