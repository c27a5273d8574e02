package dev.orrery.scheduler.engine.agreement;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.lifecycle.BuildInfo;
import dev.orrery.scheduler.engine.worker.WorkerService;
import dev.orrery.scheduler.engine.worker.WorkerView;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.SharedResponseCache;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists connected and refused workers over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "workers")
public class ConnectedWorkersResource {
  private final WorkerService workers;
  private final RefusedWorkerService refused;
  private final AppService apps;
  private final SchedulerProtocols protocols;
  private final BuildInfo software;
  private final SecurityIdentity identity;
  private final SharedResponseCache shared;

  ConnectedWorkersResource(
      WorkerService workers,
      RefusedWorkerService refused,
      AppService apps,
      SchedulerProtocols protocols,
      BuildInfo software,
      SecurityIdentity identity,
      SharedResponseCache shared) {
    this.workers = workers;
    this.refused = refused;
    this.apps = apps;
    this.protocols = protocols;
    this.software = software;
    this.identity = identity;
    this.shared = shared;
  }

  /** A page of connected workers, with the refused ones. */
  @Schema(name = "WorkerList", description = "Connected and refused workers.")
  @RegisterForReflection
  public record WorkersView(
      @Schema(description = "Live sessions, by name of the worker.") List<WorkerView> items,
      @Schema(
              description =
                  "The cursor to pass as 'after' for the next page; null on the last one.",
              nullable = true)
          String next,
      @Schema(
              description =
                  "The last refusals by this replica, newest first; only admins see calls without a valid token. An entry goes when the worker joins, or ten minutes after its last refusal.")
          List<RefusedWorker> refused) {}

  @GET
  @Path("/workers")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "listWorkers",
      summary = "Lists connected workers, and the last refused ones")
  public WorkersView workers(
      @Parameter(
              description =
                  "Only workers of this app; absent for those of all apps that the caller may see.")
          @QueryParam("app")
          String app,
      @QueryParam("limit") String limit,
      @QueryParam("after") @DefaultValue("") String after) {
    Caller caller = Caller.of(identity);
    return shared.get(
        () -> {
          Page<WorkerView> page =
              workers.page(
                  app == null ? caller.appId() : Integer.valueOf(apps.visibleId(caller, app)),
                  after,
                  Page.limit(limit),
                  worker -> worker.comparedWith(software.version(), protocols.versions().max()));
          return new WorkersView(
              page.items(),
              page.next(),
              refused.visibleTo(caller).stream()
                  .filter(worker -> app == null || worker.concerns(app))
                  .toList());
        });
  }
}
