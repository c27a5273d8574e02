package dev.orrery.scheduler.model.app;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role;
import dev.orrery.scheduler.http.security.Role.Names;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Creates, lists and revokes tokens over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.OPERATOR)
@Tag(name = "tokens")
public class TokenResource {
  private final TokenService tokens;
  private final AppService apps;
  private final SecurityIdentity identity;

  TokenResource(TokenService tokens, AppService apps, SecurityIdentity identity) {
    this.tokens = tokens;
    this.apps = apps;
    this.identity = identity;
  }

  /** A token without its secret. */
  @Schema(name = "Token", description = "A token without its secret.")
  @RegisterForReflection
  public record TokenView(
      @Schema(description = "Id of the token.", pattern = JsonSchema.ID_PATTERN) String id,
      @Schema(description = "Its name, for people; null if it has none.", nullable = true)
          String name,
      @Schema(description = "What the token may do.") String role,
      @Schema(description = "When it was created.") Instant createdAt,
      @Schema(
              description = "When it stops to work, or did; null if it does not expire.",
              nullable = true)
          Instant expiresAt) {
    static TokenView of(AppToken token) {
      return new TokenView(
          token.id.toString(), token.name, token.role, token.createdAt, token.expiresAt);
    }
  }

  @Schema(name = "CreatedToken", description = "A token that was created, with its secret.")
  @RegisterForReflection
  public record CreatedToken(
      @Schema(description = "Id of the token.", pattern = JsonSchema.ID_PATTERN) String id,
      @Schema(description = "The secret to send as a bearer token; never shown again.")
          String token,
      @Schema(description = "Its name, for people; null if it has none.", nullable = true)
          String name,
      @Schema(description = "What the token may do.") String role,
      @Schema(description = "When it stops to work; null if it does not expire.", nullable = true)
          Instant expiresAt) {
    @Override
    public String toString() {
      return "CreatedToken[" + id + "]";
    }
  }

  @POST
  @Path("/apps/{app}/tokens")
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(operationId = "createToken", summary = "Creates a token, and returns its secret once")
  @APIResponse(
      responseCode = "201",
      description = "The token is created; its secret is not shown again",
      headers = @Header(name = HttpHeaders.LOCATION, ref = HttpHeaders.LOCATION),
      content = @Content(schema = @Schema(implementation = CreatedToken.class)))
  public Response create(
      String app,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(ref = "TokenRequest"),
                      example = "{\"role\":\"worker\",\"name\":\"billing-agents\"}"))
          JsonNode body) {
    int appId = apps.visibleId(Caller.of(identity), app);
    JsonFields fields = JsonFields.ofBody(body);
    Role role = Role.ofToken(fields.requiredText("role"));
    String name = fields.text("name").map(text -> ResourceName.require("name", text)).orElse(null);
    Instant expiresAt = fields.instant("expiresAt").orElse(null);
    fields.refuseUnknown();
    TokenService.Created created = tokens.create(appId, role, name, expiresAt);
    CacheControl notStored = new CacheControl();
    notStored.setNoStore(true);
    String id = Long.toString(created.id());
    return Response.status(Response.Status.CREATED)
        .header(HttpHeaders.LOCATION, ApiPath.ofApp(app, "tokens", id))
        .cacheControl(notStored)
        .entity(new CreatedToken(id, created.token(), name, role.canonicalName(), expiresAt))
        .build();
  }

  @GET
  @Path("/apps/{app}/tokens")
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "listTokens",
      summary = "Lists the tokens of an app, oldest first, without their secrets",
      description = "Revoked tokens are not listed, expired ones are.")
  public Page<TokenView> list(
      String app, @QueryParam("limit") String limit, @QueryParam("after") String after) {
    int appId = apps.visibleId(Caller.of(identity), app);
    int size = Page.limit(limit);
    return Page.of(
        tokens.list(appId, QueryParameter.cursor(after, 0), size + 1),
        size,
        TokenView::of,
        token -> token.id.toString());
  }

  @DELETE
  @Path("/apps/{app}/tokens/{id}")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.NOT_FOUND})
  @Operation(
      operationId = "revokeToken",
      summary = "Revokes a token, on all replicas within five seconds")
  @APIResponse(responseCode = "204", description = "The token is revoked")
  public void revoke(String app, String id) {
    tokens.revoke(apps.visibleId(Caller.of(identity), app), id(id));
  }

  private static long id(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ProblemException.of(ErrorCode.NOT_FOUND, "There is no token '" + text + "'.");
    }
  }
}
