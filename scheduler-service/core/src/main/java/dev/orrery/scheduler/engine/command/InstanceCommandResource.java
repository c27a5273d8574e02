package dev.orrery.scheduler.engine.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.engine.submission.IdempotencyKey;
import dev.orrery.scheduler.engine.submission.Submission.Idempotency;
import dev.orrery.scheduler.engine.submission.SubmittedInstance;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.instance.InstanceId;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Cancels and retries instances over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class InstanceCommandResource {
  private static final String ONCE = "once";

  private final InstanceCommandService commands;
  private final SecurityIdentity identity;

  InstanceCommandResource(InstanceCommandService commands, SecurityIdentity identity) {
    this.commands = commands;
    this.identity = identity;
  }

  @POST
  @Path("/instances/{id}/cancel")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.INSTANCE_NOT_FOUND, ErrorCode.ALREADY_TERMINAL})
  @Operation(
      operationId = "cancelInstance",
      summary = "Cancels an instance: at once if it waits, otherwise by its worker",
      description =
          "A flow runs its nodes with 'when: ended' before it ends. Another cancel of a flow that was"
              + " canceled, or timed out, cancels them, too.")
  @Parameter(
      name = ONCE,
      description =
          "Changes nothing if the instance was canceled before, or is a flow that timed out: for"
              + " clients that repeat a call.",
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  @APIResponse(
      responseCode = "202",
      description = "The cancel is recorded",
      content = @Content(schema = @Schema(implementation = CancelView.class)))
  public Response cancel(String id, @Context UriInfo uri) {
    boolean again = !QueryParameter.flag(ONCE, uri);
    CancelEffect effect = commands.cancel(Caller.of(identity), InstanceId.parse(id), again);
    return Response.accepted(new CancelView(effect)).build();
  }

  @POST
  @Path("/instances/{id}/retry")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.INSTANCE_NOT_FOUND, ErrorCode.NOT_TERMINAL, ErrorCode.JOB_NOT_FOUND})
  @Consumes(MediaType.APPLICATION_JSON)
  @Operation(
      operationId = "retryInstance",
      summary = "Runs an ended instance again, as a new instance",
      description =
          "A second call makes another one; a call with the same Idempotency-Key does not.")
  @APIResponse(
      responseCode = "202",
      description = "The new instance is stored",
      headers = @Header(name = HttpHeaders.LOCATION, ref = HttpHeaders.LOCATION),
      content = @Content(schema = @Schema(implementation = SubmittedInstance.class)))
  public Response retry(
      String id,
      @HeaderParam("Idempotency-Key") String key,
      @RequestBody(content = @Content(schema = @Schema(ref = "RetryRequest"))) JsonNode body) {
    long instance = InstanceId.parse(id);
    RetryMode mode = RetryMode.read(body);
    Idempotency call =
        key == null
            ? null
            : IdempotencyKey.of(key, "instances:retry:" + instance).add(mode.name()).idempotency();
    return SubmittedInstance.accepted(commands.retry(Caller.of(identity), instance, mode, call));
  }
}
