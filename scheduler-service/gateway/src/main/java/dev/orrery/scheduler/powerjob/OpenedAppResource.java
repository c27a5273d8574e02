package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.text.SafeText;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import dev.orrery.scheduler.powerjob.app.OpenedAppService;
import dev.orrery.scheduler.powerjob.app.OpenedAppService.Opening;
import dev.orrery.scheduler.powerjob.app.OpenedAppStore.Stored;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Opens and closes apps for PowerJob workers and clients, over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "apps")
public class OpenedAppResource {
  static final int MAX_NAME = 200;
  static final int MIN_PASSWORD = 8;
  static final int MAX_PASSWORD = 200;

  private final OpenedAppService opened;
  private final AppService apps;
  private final PowerJobConfig config;
  private final SecurityIdentity identity;

  OpenedAppResource(
      OpenedAppService opened, AppService apps, PowerJobConfig config, SecurityIdentity identity) {
    this.opened = opened;
    this.apps = apps;
    this.config = config;
    this.identity = identity;
  }

  /** An app that is open to PowerJob workers. */
  @Schema(description = "An app that is open to PowerJob workers.")
  @RegisterForReflection
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record PowerJobAppView(
      @Schema(description = "The name by which PowerJob workers ask for the app.") String name,
      @Schema(
              description =
                  "The name that an operator has requested; an admin confirms it with the same"
                      + " call. Absent if there is none.",
              nullable = true)
          String requestedName,
      @Schema(description = "The number that PowerJob workers send as appId.") int appId,
      @Schema(description = "False if orrery.powerjob.enabled is not set on the scheduler.")
          boolean enabled,
      @Schema(description = "Whether PowerJob clients can call with a password.")
          boolean hasPassword,
      @Schema(
              description =
                  "Whether fetchInstanceStatus and fetchInstanceInfo of clients of 4.x, which send"
                      + " no secret with these calls, are answered.")
          boolean readsWithoutNumber) {}

  @GET
  @Path("/apps/{app}/powerjob")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "getPowerJobApp",
      summary = "Returns how an app is open to PowerJob workers")
  public PowerJobAppView get(String app) {
    return view(opened.get(apps.visibleId(Caller.of(identity), app), app));
  }

  @PUT
  @Path("/apps/{app}/powerjob")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "openPowerJobApp",
      summary = "Opens an app to PowerJob workers",
      description =
          "PowerJob workers send no secret: any host in orrery.powerjob.allowed-networks can"
              + " then join the app as a worker and get its runs. PowerJob clients need the"
              + " password. What the body leaves out stays as it is. An operator opens the name"
              + " of the app, and names that begin with it and one of '-', '_', '.' and ':';"
              + " another name is a request, which an admin confirms by the same call.")
  public PowerJobAppView open(
      String app,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(ref = "PowerJobApp"),
                      example = "{\"name\":\"billing\"}"))
          JsonNode body) {
    Caller caller = Caller.of(identity);
    int appId = apps.visibleId(caller, app);
    JsonFields fields = JsonFields.ofBody(body);
    Opening opening =
        new Opening(
            fields.text("name"), fields.text("password"), fields.flag("readsWithoutNumber"));
    fields.refuseUnknown();
    opening.name().ifPresent(OpenedAppResource::requireName);
    opening.password().ifPresent(OpenedAppResource::requireLength);
    return view(opened.open(appId, app, opening, caller.role() == Role.ADMIN));
  }

  @DELETE
  @Path("/apps/{app}/powerjob")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "closePowerJobApp",
      summary = "Closes an app for PowerJob workers",
      description = "Its workers get no more work within a few seconds. What they run may end.")
  @APIResponse(responseCode = "204", description = "The app is closed for PowerJob workers")
  public void close(String app) {
    opened.close(apps.visibleId(Caller.of(identity), app));
  }

  private static void requireName(String name) {
    if (name.isBlank() || name.length() > MAX_NAME) {
      throw ProblemException.invalid(
          "name", "'name' must be 1 to " + MAX_NAME + " characters long.");
    }
    if (!SafeText.line(name).equals(name) || !name.strip().equals(name)) {
      throw ProblemException.invalid(
          "name", "'name' must have no control characters, and no spaces at its begin and end.");
    }
  }

  private static void requireLength(String password) {
    if (password.length() < MIN_PASSWORD || password.length() > MAX_PASSWORD) {
      throw ProblemException.invalid(
          "password",
          "'password' must be " + MIN_PASSWORD + " to " + MAX_PASSWORD + " characters long.");
    }
  }

  private PowerJobAppView view(Stored opened) {
    return new PowerJobAppView(
        opened.app().name(),
        opened.requestedName(),
        opened.app().id(),
        config.enabled(),
        opened.password() != null,
        opened.readsWithoutNumber());
  }
}
