package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.Dialect;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.ServedDialect;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.http.rest.ApiPath;
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

/** Returns the protocols and ports of this scheduler over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "protocol")
public class ProtocolResource {
  private final SchedulerProtocols protocols;
  private final MainProtocolStore store;
  private final BuildInfo software;
  private final PortPlan.Numbers numbers;
  private final boolean clusterMode;
  private final Set<Protocol> ofPowerJob;
  private final AgreementState state;

  ProtocolResource(
      SchedulerProtocols protocols,
      MainProtocolStore store,
      BuildInfo software,
      AgreementState state,
      ProtocolConfig config,
      OtherDialects dialects,
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
            apiPort,
            config.http().port(),
            config.akka().port(),
            clusterPort,
            managementPort,
            dialects.port(Dialect.POWERJOB, Protocol.AKKA, PortPlan.AKKA),
            dialects.port(Dialect.POWERJOB, Protocol.MU, PortPlan.MU));
    this.clusterMode = clusterMode;
    this.ofPowerJob = dialects.protocols(Dialect.POWERJOB);
    this.state = state;
  }

  /** The protocols and versions of this scheduler, and the ports that they need. */
  @Schema(
      name = "ProtocolStatus",
      description = "The protocols and versions of this scheduler, and the ports that they need.")
  @RegisterForReflection
  public record ProtocolView(
      @Schema(description = "Active protocols.") List<Protocol> active,
      @Schema(description = "The main protocol of this replica.") Protocol main,
      @Schema(description = "The main protocol that is recorded for all replicas.")
          Protocol recordedMain,
      @Schema(
              description = "Lowest version of the worker API that this replica speaks.",
              minimum = "1")
          int minVersion,
      @Schema(
              description = "Highest version of the worker API that this replica speaks.",
              minimum = "1")
          int maxVersion,
      @Schema(description = "Version of the software of this replica.") String softwareVersion,
      @Schema(
              description =
                  "Workers that this replica serves: Orrery workers, and PowerJob workers if orrery.powerjob.enabled is set.")
          List<ServedDialect> dialects,
      @Schema(description = "The port plan: all ports of schedulers and agents.")
          List<PlannedPort> ports) {}

  @GET
  @Path("/protocol")
  @Authenticated
  @Operation(
      operationId = "getProtocol",
      summary = "Returns the protocols, versions and ports of the scheduler")
  public ProtocolView protocol() {
    MainProtocolStore.Sessions sessions = store.sessions();
    PortPlan.Situation situation =
        new PortPlan.Situation(
            Set.copyOf(protocols.active()),
            clusterMode,
            new PortPlan.PowerJobGateway(ofPowerJob, sessions.ofPowerJob()),
            sessions.ofProtocol());
    return new ProtocolView(
        protocols.active(),
        protocols.main(),
        state.recordedMain(),
        protocols.versions().min(),
        protocols.versions().max(),
        software.version(),
        ServedDialect.of(situation),
        PortPlan.of(numbers, situation));
  }
}
