package dev.orrery.scheduler.model.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.DocumentPut;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.SharedResponseCache;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Creates, reads and lists apps over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "apps")
public class AppResource {
  private final AppService apps;
  private final SecurityIdentity identity;
  private final SharedResponseCache shared;

  AppResource(AppService apps, SecurityIdentity identity, SharedResponseCache shared) {
    this.apps = apps;
    this.identity = identity;
    this.shared = shared;
  }

  @GET
  @Path("/apps")
  @RolesAllowed(Names.VIEWER)
  @Operation(operationId = "listApps", summary = "Lists the apps that the token may see, by name")
  public Page<AppView> list(
      @QueryParam("limit") String limit, @QueryParam("after") @DefaultValue("") String after) {
    int size = Page.limit(limit);
    return Page.of(
        apps.list(Caller.of(identity), after, size + 1), size, AppView::of, app -> app.name);
  }

  @GET
  @Path("/apps/{app}")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(operationId = "getApp", summary = "Returns an app")
  public AppView get(String app) {
    return shared.get(() -> AppView.of(apps.get(Caller.of(identity), app)));
  }

  @PUT
  @Path("/apps/{app}")
  @RolesAllowed(Names.ADMIN)
  @Operation(operationId = "putApp", summary = "Creates or updates an app")
  @APIResponse(
      responseCode = "201",
      description = "The app is created",
      headers = @Header(name = HttpHeaders.LOCATION, ref = HttpHeaders.LOCATION),
      content = @Content(schema = @Schema(implementation = AppView.class)))
  @APIResponse(
      responseCode = "200",
      description = "The app is updated, or was the same already",
      content = @Content(schema = @Schema(implementation = AppView.class)))
  public Response put(
      String app,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(ref = "App"),
                      example = "{\"description\":\"Nightly invoices\"}"))
          JsonNode body) {
    AppService.Written written = apps.put(app, AppReader.description(app, body));
    return DocumentPut.written(written.created(), ApiPath.ofApp(app), AppView.of(written.app()))
        .build();
  }
}
