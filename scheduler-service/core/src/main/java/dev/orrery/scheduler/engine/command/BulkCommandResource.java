package dev.orrery.scheduler.engine.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.engine.submission.IdempotencyKey;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Cancels and retries many instances over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class BulkCommandResource {
  private static final String EXAMPLE =
      "{\"job\":\"nightly\",\"createdFrom\":\"2027-03-28T00:00:00Z\"}";

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
          "Cancels up to 10,000 active instances, the newest first, and before them all older flows"
              + " and fan-outs that run and are selected: at once those that wait, the others by their workers."
              + " Without 'states', instances of both states are canceled."
              + " To cancel all, ask for it: {\"all\": true}. Batches of 500 are transactions of their own; after an error, repeat the call.")
  public BulkResponse cancel(
      String app,
      @BeanParam BulkQuery query,
      @RequestBody(content = @Content(schema = @Schema(ref = "InstanceFilter"), example = EXAMPLE))
          JsonNode body) {
    return commands.cancel(query.call(visible(app), body));
  }

  @POST
  @Path("/apps/{app}/instances:retry")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "retryInstances",
      summary = "Runs the ended instances that a filter selects again",
      description =
          "Makes a new instance for each of up to 10,000 ended ones with up to 16 MiB of parameters,"
              + " the newest first, in one transaction. Without 'states', those that are FAILED or TIMED_OUT are retried."
              + " Instances of deleted jobs are not. A second call without the cursor retries them"
              + " again; a call with the same Idempotency-Key does not.")
  public BulkResponse retry(
      String app,
      @BeanParam BulkQuery query,
      @HeaderParam("Idempotency-Key") String key,
      @RequestBody(content = @Content(schema = @Schema(ref = "InstanceFilter"), example = EXAMPLE))
          JsonNode body) {
    return commands.retry(
        query.call(visible(app), body),
        key == null
            ? null
            : IdempotencyKey.of(key, "instances:retry")
                .add(query.cursor())
                .add("\0")
                .add(body)
                .idempotency());
  }

  private int visible(String app) {
    return apps.visibleId(Caller.of(identity), app);
  }
}
