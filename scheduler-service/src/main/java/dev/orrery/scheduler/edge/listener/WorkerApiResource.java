package dev.orrery.scheduler.edge.listener;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.message.ByeRequest;
import dev.orrery.protocol.message.ByeResponse;
import dev.orrery.protocol.message.DiscoveryResponse;
import dev.orrery.protocol.message.HandshakeResponse;
import dev.orrery.protocol.message.LogsRequest;
import dev.orrery.protocol.message.LogsResponse;
import dev.orrery.protocol.message.PollRequest;
import dev.orrery.protocol.message.PollResponse;
import dev.orrery.protocol.message.RenewRequest;
import dev.orrery.protocol.message.RenewResponse;
import dev.orrery.protocol.message.ReportRequest;
import dev.orrery.protocol.message.ReportResponse;
import dev.orrery.protocol.message.WorkerOffer;
import dev.orrery.scheduler.http.connection.WorkerPort;
import dev.orrery.scheduler.http.problem.ProblemException;
import dev.orrery.scheduler.http.problem.ProblemTexts;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.NonBlocking;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.concurrent.CompletionStage;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/**
 * The worker API over HTTP. It is served on the port of the protocol {@code http}. Discovery is
 * also served on the API port, for workers that have only its address.
 */
@Path("/")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.WORKER)
@Tag(name = "workers")
public class WorkerApiResource {
  private final WorkerApi api;
  private final WorkerPort port;
  private final SecurityIdentity identity;

  WorkerApiResource(WorkerApi api, WorkerPort port, SecurityIdentity identity) {
    this.api = api;
    this.port = port;
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
    return api.discover(callContext(context), required(offer));
  }

  @POST
  @Path(WorkerOperation.Paths.HANDSHAKE)
  @Operation(hidden = true)
  public CompletionStage<HandshakeResponse> handshake(WorkerOffer offer, RoutingContext context) {
    return api.handshake(workerContext(context), required(offer));
  }

  @POST
  @Path(WorkerOperation.Paths.POLL)
  @Operation(hidden = true)
  public CompletionStage<PollResponse> poll(PollRequest request, RoutingContext context) {
    return api.poll(workerContext(context), required(request));
  }

  @POST
  @Path(WorkerOperation.Paths.REPORT)
  @Operation(hidden = true)
  public CompletionStage<ReportResponse> report(ReportRequest request, RoutingContext context) {
    return api.report(workerContext(context), required(request));
  }

  @POST
  @Path(WorkerOperation.Paths.RENEW)
  @Operation(hidden = true)
  public CompletionStage<RenewResponse> renew(RenewRequest request, RoutingContext context) {
    return api.renew(workerContext(context), required(request));
  }

  @POST
  @Path(WorkerOperation.Paths.LOGS)
  @Operation(hidden = true)
  public CompletionStage<LogsResponse> logs(LogsRequest request, RoutingContext context) {
    return api.logs(workerContext(context), required(request));
  }

  @POST
  @Path(WorkerOperation.Paths.BYE)
  @Operation(hidden = true)
  public CompletionStage<ByeResponse> bye(ByeRequest request, RoutingContext context) {
    return api.bye(workerContext(context), required(request));
  }

  private CallContext workerContext(RoutingContext context) {
    if (!port.carries(context.request())) {
      throw ProblemException.of(ErrorCode.NOT_FOUND, ProblemTexts.OTHER_PORT);
    }
    return callContext(context);
  }

  private CallContext callContext(RoutingContext context) {
    HostAndPort authority = context.request().authority();
    return new CallContext(
        Caller.of(identity),
        Protocol.HTTP,
        context.request().remoteAddress().hostAddress(),
        authority == null ? context.request().localAddress().host() : authority.host(),
        gone -> context.addEndHandler(done -> gone.run()));
  }

  private static <T> T required(T body) {
    if (body == null) {
      throw ProblemException.malformed(null, "The body is missing.");
    }
    return body;
  }
}
