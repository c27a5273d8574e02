package dev.orrery.scheduler.edge.listener;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * Serves discovery on the API port, because workers call it before they know the port of their
 * protocol.
 */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.WORKER)
@Tag(name = "workers")
public class DiscoveryResource {
  private final WorkerApi api;
  private final SecurityIdentity identity;

  DiscoveryResource(WorkerApi api, SecurityIdentity identity) {
    this.api = api;
    this.identity = identity;
  }

  @POST
  @Path(WorkerOperation.Paths.DISCOVERY)
  @NonBlocking
  @ErrorCodes({ErrorCode.PROTOCOL_MISMATCH, ErrorCode.VERSION_MISMATCH})
  @Operation(
      operationId = "discover",
      summary = "Returns the protocols that a worker may speak, and their addresses")
  public DiscoveryResponse discover(
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(implementation = WorkerOffer.class),
                      example =
                          "{\"protocol\":\"http\",\"minVersion\":1,\"maxVersion\":1,\"app\":\"billing\",\"name\":\"billing-7d9f\",\"processors\":[\"noop\"],\"capacity\":20}"))
          WorkerOffer offer,
      RoutingContext context) {
    return api.discover(HttpWorkerApi.callContext(context, Caller.of(identity)), required(offer));
  }

  private static WorkerOffer required(WorkerOffer body) {
    if (body == null) {
      throw ProblemException.malformed(null, "The body is missing.");
    }
    return body;
  }
}
