package dev.orrery.scheduler.extras.deletion;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Deletes apps over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "apps")
public class AppDeletionResource {
  /** Read from the URI: JAX-RS would treat an empty value as a missing one. */
  private static final String WITH_CONTENTS = "withContents";

  private final AppDeletionService deletion;
  private final AppService apps;
  private final SecurityIdentity identity;

  AppDeletionResource(AppDeletionService deletion, AppService apps, SecurityIdentity identity) {
    this.deletion = deletion;
    this.apps = apps;
    this.identity = identity;
  }

  @DELETE
  @Path("/apps/{app}")
  @RolesAllowed(Names.ADMIN)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.APP_NOT_EMPTY})
  @Operation(
      operationId = "deleteApp",
      summary = "Deletes an app",
      description =
          "An app that has jobs, active instances, webhooks or connected workers is deleted only"
              + " with withContents: jobs and webhooks are deleted, tokens revoked, and active"
              + " instances canceled. The history stays until its retention ends.")
  @APIResponse(responseCode = "204", description = "The app is deleted")
  @Parameter(
      name = WITH_CONTENTS,
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  public void delete(String app, @Context UriInfo uri) {
    boolean withContents = QueryParameter.flag(WITH_CONTENTS, uri);
    deletion.delete(apps.visibleId(Caller.of(identity), app), withContents);
  }
}
