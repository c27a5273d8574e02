package dev.orrery.scheduler.agreement;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.scheduler.rest.ApiPath;
import dev.orrery.scheduler.startup.BuildInfo;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.Authenticated;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The protocols and ports of this scheduler over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "protocol")
public class ProtocolResource {
  private final SchedulerProtocols protocols;
  private final MainProtocolStore store;
  private final BuildInfo software;
  private final PortPlan.Numbers numbers;
  private final boolean clusterMode;
  private final AgreementState state;

  ProtocolResource(
      SchedulerProtocols protocols,
      MainProtocolStore store,
      BuildInfo software,
      AgreementState state,
      ProtocolConfig config,
      @ConfigProperty(name = "orrery.cluster.enabled", defaultValue = "false") boolean clusterMode,
      @ConfigProperty(name = "orrery.cluster.port", defaultValue = "" + PortPlan.CLUSTER)
          int clusterPort,
      @ConfigProperty(name = "quarkus.http.port") int apiPort,
      @ConfigProperty(name = "quarkus.management.port") int managementPort) {
    this.protocols = protocols;
    this.store = store;
    this.software = software;
    this.numbers =
        new PortPlan.Numbers(
            apiPort, config.http().port(), config.akka().port(), clusterPort, managementPort);
    this.clusterMode = clusterMode;
    this.state = state;
  }

  /**
   * The protocols and versions of this scheduler, and the ports that they need.
   *
   * @param main the main protocol of this replica
   * @param recordedMain the one that is recorded for all replicas
   * @param minVersion lowest protocol version spoken here
   * @param maxVersion highest one
   */
  @Schema(name = "Protocol")
  @RegisterForReflection
  public record ProtocolView(
      List<Protocol> active,
      Protocol main,
      Protocol recordedMain,
      int minVersion,
      int maxVersion,
      String softwareVersion,
      List<PlannedPort> ports) {}

  @GET
  @Path("/protocol")
  @Authenticated
  @Operation(
      operationId = "getProtocol",
      summary = "Protocols, versions, and the port plan: what is open, used, and may be closed")
  public ProtocolView protocol() {
    PortPlan.Situation situation =
        new PortPlan.Situation(Set.copyOf(protocols.active()), clusterMode, store.sessions());
    return new ProtocolView(
        protocols.active(),
        protocols.main(),
        state.recordedMain(),
        protocols.versions().min(),
        protocols.versions().max(),
        software.version(),
        PortPlan.of(numbers, situation));
  }
}
