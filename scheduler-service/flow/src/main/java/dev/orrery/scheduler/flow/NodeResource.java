package dev.orrery.scheduler.flow;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceService;
import dev.orrery.scheduler.model.instance.InstanceState;
import dev.orrery.scheduler.model.instance.WaitingFor;
import dev.orrery.scheduler.model.instance.WaitingReasonService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists the nodes of flows over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class NodeResource {
  private final NodeListStore nodes;
  private final InstanceService instances;
  private final WaitingReasonService reasons;
  private final SecurityIdentity identity;

  NodeResource(
      NodeListStore nodes,
      InstanceService instances,
      WaitingReasonService reasons,
      SecurityIdentity identity) {
    this.nodes = nodes;
    this.instances = instances;
    this.reasons = reasons;
    this.identity = identity;
  }

  @GET
  @Path("/instances/{id}/nodes")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.INSTANCE_NOT_FOUND)
  @Operation(
      operationId = "listNodes",
      summary = "Lists the nodes of a flow, in the order of its document",
      description = "One page has all of them. It is empty for an instance that is not a flow.")
  public Page<NodeView> list(String id) {
    long flow = InstanceId.parse(id);
    instances.requireVisible(Caller.of(identity), flow);
    List<NodeView> all = nodes.list(flow);
    Map<Long, WaitingFor> waits =
        reasons.waitingFor(
            all.stream()
                .filter(node -> node.instance() != null)
                .filter(node -> node.state().equals(InstanceState.READY.publicName()))
                .map(node -> Long.valueOf(node.instance()))
                .toList());
    return new Page<>(
        all.stream()
            .map(
                node ->
                    node.instance() == null
                        ? node
                        : node.waitingFor(waits.get(Long.valueOf(node.instance()))))
            .toList(),
        null);
  }
}
