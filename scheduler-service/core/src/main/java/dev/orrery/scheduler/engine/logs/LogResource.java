package dev.orrery.scheduler.engine.logs;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.quota.QuotaPermit;
import dev.orrery.scheduler.engine.logs.FollowStore.FollowedLog;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.PageBytes;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.instance.InstanceId;
import dev.orrery.scheduler.model.instance.InstanceService;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Multi;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reads and follows the log of an instance over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class LogResource {
  private static final String LAST_EVENT_ID = "Last-Event-ID";

  private final LogStore store;
  private final LogStreamRegistry streams;
  private final InstanceService instances;
  private final SecurityIdentity identity;

  LogResource(
      LogStore store,
      LogStreamRegistry streams,
      InstanceService instances,
      SecurityIdentity identity) {
    this.store = store;
    this.streams = streams;
    this.instances = instances;
    this.identity = identity;
  }

  @GET
  @Path("/instances/{id}/logs")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.INSTANCE_NOT_FOUND, ErrorCode.OVERLOADED})
  @Operation(
      operationId = "getInstanceLog",
      summary = "Returns what an instance wrote, by attempt and line",
      description =
          "The cursor 'next' is always given: with it, the call can be repeated for what is written"
              + " later. With follow=true the response is a stream of events; a stream that ends"
              + " without the event 'end' is continued by a call with Last-Event-ID.")
  @Parameter(name = LAST_EVENT_ID, in = ParameterIn.HEADER)
  public Page<LogLine> lines(
      String id,
      @QueryParam("attempt") String attempt,
      @QueryParam("after") String after,
      @Parameter(schema = @Schema(type = SchemaType.BOOLEAN)) @QueryParam("follow")
          List<String> follow) {
    QueryParameter.flag("follow", follow);
    FollowedLog from = position(id, attempt, LogCursor.parse(after));
    List<LogLine> lines =
        PageBytes.fitting(
            store.read(from.instance(), from.onlyAttempt(), from.cursor(), LogLimits.PAGE));
    LogCursor next =
        lines.isEmpty() ? from.cursor() : LogCursor.behind(lines.get(lines.size() - 1));
    return new Page<>(lines, next.toString());
  }

  @GET
  @Path("/instances/{id}/logs")
  @RolesAllowed(Names.VIEWER)
  @Produces(MediaType.SERVER_SENT_EVENTS)
  @Blocking
  @Operation(hidden = true)
  @Parameter(name = "follow", in = ParameterIn.QUERY)
  public Multi<OutboundSseEvent> follow(
      String id,
      @QueryParam("attempt") String attempt,
      @QueryParam("after") String after,
      @HeaderParam(LAST_EVENT_ID) String lastEventId,
      @Context Sse sse,
      RoutingContext context) {
    // A client that reconnects repeats its first request and adds the header.
    LogCursor cursor =
        lastEventId == null || lastEventId.isBlank()
            ? LogCursor.parse(after)
            : LogCursor.parse(LAST_EVENT_ID, lastEventId);
    FollowedLog from = position(id, attempt, cursor);
    Caller caller = Caller.of(identity);
    QuotaPermit place = streams.enter(caller.shareApp());
    // Also releases the place if the client has gone before the stream was opened.
    context.addEndHandler(ended -> place.release());
    Multi<OutboundSseEvent> events = streams.follow(place, caller, from, new LogEventWriter(sse));
    context.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    return events;
  }

  private FollowedLog position(String id, String attempt, LogCursor cursor) {
    long instance = InstanceId.parse(id);
    instances.requireVisible(Caller.of(identity), instance);
    Integer onlyAttempt =
        attempt == null
            ? null
            : Integer.valueOf(QueryParameter.integer("attempt", attempt, 1, 1, Integer.MAX_VALUE));
    return new FollowedLog(instance, onlyAttempt, cursor);
  }
}
