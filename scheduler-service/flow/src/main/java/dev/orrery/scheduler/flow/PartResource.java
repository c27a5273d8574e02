package dev.orrery.scheduler.flow;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.flow.PartPageStore.Selection;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.function.Function;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Lists the parts of instances over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class PartResource {
  private static final long BEFORE_THE_FIRST = -1;

  private final PartPageStore parts;
  private final InstanceService instances;
  private final SecurityIdentity identity;

  PartResource(PartPageStore parts, InstanceService instances, SecurityIdentity identity) {
    this.parts = parts;
    this.instances = instances;
    this.identity = identity;
  }

  @GET
  @Path("/instances/{id}/parts")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.INSTANCE_NOT_FOUND)
  @Operation(
      operationId = "listParts",
      summary = "Lists the parts of an instance, oldest first",
      description = "An instance of a job without fanOut has none.")
  public Page<PartView> list(
      String id,
      @Parameter(
              description =
                  "Only parts that wait or run (active), or that ended without success (failed).",
              schema =
                  @Schema(
                      enumeration = {"all", "active", "failed"},
                      defaultValue = "all"))
          @QueryParam("only")
          String only,
      @QueryParam("limit") String limit,
      @QueryParam("after") String after) {
    long parent = InstanceId.parse(id);
    Selection selection =
        only == null
            ? Selection.ALL
            : QueryParameter.oneOf("only", only, Selection.values(), Selection::spelling);
    long afterId = QueryParameter.cursor(after, BEFORE_THE_FIRST);
    int rows = Page.limit(limit);
    instances.requireVisible(Caller.of(identity), parent);
    return Page.of(
        parts.page(parent, selection, afterId, rows + 1), rows, Function.identity(), PartView::id);
  }
}
