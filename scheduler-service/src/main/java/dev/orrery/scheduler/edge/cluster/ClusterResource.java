package dev.orrery.scheduler.edge.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.UnknownNameException;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.engine.agreement.AgreementState;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Role.Names;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists the replicas, and reads and changes their main protocol, over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.ADMIN)
@Tag(name = "protocol")
public class ClusterResource {
  private final ClusterMode mode;
  private final AgreementState agreement;
  private final MainProtocolService mainProtocols;

  ClusterResource(ClusterMode mode, AgreementState agreement, MainProtocolService mainProtocols) {
    this.mode = mode;
    this.agreement = agreement;
    this.mainProtocols = mainProtocols;
  }

  @Schema(name = "Cluster", description = "The replicas of the scheduler.")
  @RegisterForReflection
  public record ClusterView(
      @Schema(
              description =
                  "True if cluster mode is on; otherwise only the replica that answers is listed.")
          boolean clusterMode,
      @Schema(description = "The main protocol that is recorded for all replicas.") Protocol main,
      @Schema(
              description =
                  "The replicas by start; those that were not seen for ten minutes are left out.")
          List<ReplicaView> items,
      @Schema(description = "Always null: there is one page.", nullable = true) String next) {}

  @Schema(
      name = "MainProtocolChange",
      description = "The main protocol, before and after the call.")
  @RegisterForReflection
  public record MainProtocolView(
      @Schema(description = "The main protocol that is recorded now.") Protocol main,
      @Schema(description = "The main protocol before the call.") Protocol before) {}

  @GET
  @Path("/cluster")
  @Operation(
      operationId = "getCluster",
      summary = "Returns the replicas with their protocols, readiness and clocks",
      description = "As they were seen at the last heartbeat, which comes every two seconds.")
  public ClusterView cluster() {
    if (!mode.isOn()) {
      List<String> unready =
          agreement.unready().stream().map(reason -> reason.code().name()).toList();
      return new ClusterView(
          false, agreement.recordedMain(), List.of(ReplicaView.alone(mode.self(), unready)), null);
    }
    UUID own = mode.self().id();
    Map<UUID, LinkState> linkStates = mode.linkStates();
    return new ClusterView(
        true,
        agreement.recordedMain(),
        mode.replicas().stream()
            .map(
                replica ->
                    ReplicaView.of(
                        replica,
                        replica.id().equals(own),
                        linkStates.getOrDefault(replica.id(), LinkState.NOT_YET)))
            .toList(),
        null);
  }

  @POST
  @Path("/protocol/main")
  @ErrorCodes(ErrorCode.PROTOCOL_MISMATCH)
  @Operation(
      operationId = "recordMainProtocol",
      summary = "Records the main protocol of all replicas",
      description =
          "It must be active on every ready replica; from then on a replica without it is not"
              + " ready.")
  public MainProtocolView recordMain(
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(ref = "MainProtocolRequest"),
                      example = "{\"protocol\":\"http\"}"))
          JsonNode body) {
    JsonFields fields = JsonFields.ofBody(body);
    String name = fields.requiredText("protocol");
    fields.refuseUnknown();
    Protocol main;
    try {
      main = Protocol.parse(name);
    } catch (UnknownNameException e) {
      throw ProblemException.invalid("protocol", e.getMessage());
    }
    return new MainProtocolView(main, mainProtocols.change(main));
  }
}
