package dev.orrery.scheduler.logs;

import dev.orrery.scheduler.instance.InstanceId;
import dev.orrery.scheduler.instance.Instances;
import dev.orrery.scheduler.json.QueryParameter;
import dev.orrery.scheduler.rest.ApiPath;
import dev.orrery.scheduler.rest.Page;
import dev.orrery.scheduler.security.Caller;
import dev.orrery.scheduler.security.Role.Names;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** The log of an instance over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class LogResource {
  private static final int CHUNKS_OF_A_PAGE = 100;

  private final LogStore store;
  private final Instances instances;
  private final SecurityIdentity identity;

  LogResource(LogStore store, Instances instances, SecurityIdentity identity) {
    this.store = store;
    this.instances = instances;
    this.identity = identity;
  }

  @GET
  @Path("/instances/{id}/logs")
  @RolesAllowed(Names.VIEWER)
  @Operation(
      summary = "What an instance wrote, by attempt and line",
      description =
          "The cursor 'next' is always given: with it, the call can be repeated for what is written later.")
  public Page<LogLine> lines(
      String id,
      @Parameter(description = "Only this attempt") @QueryParam("attempt") String attempt,
      @QueryParam("after") String after) {
    long instance = InstanceId.parse(id);
    instances.requireVisible(Caller.of(identity), instance);
    Integer onlyAttempt =
        attempt == null
            ? null
            : Integer.valueOf(QueryParameter.integer("attempt", attempt, 1, 1, Integer.MAX_VALUE));
    LogCursor cursor = LogCursor.parse(after);
    List<LogLine> lines = store.read(instance, onlyAttempt, cursor, CHUNKS_OF_A_PAGE);
    LogCursor next = lines.isEmpty() ? cursor : LogCursor.behind(lines.get(lines.size() - 1));
    return new Page<>(lines, next.toString());
  }
}
