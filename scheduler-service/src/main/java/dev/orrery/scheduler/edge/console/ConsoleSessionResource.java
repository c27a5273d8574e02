package dev.orrery.scheduler.edge.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.BearerHeader;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.LocalCaller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.http.security.TokenHash;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import io.vertx.core.http.HttpServerRequest;
import jakarta.annotation.security.PermitAll;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.CacheControl;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.Response.ResponseBuilder;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Opens and ends console sessions over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "console")
@Blocking
public class ConsoleSessionResource {
  private final ConsoleConfig config;
  private final ConsoleSessionService sessions;
  private final SecurityIdentity identity;

  ConsoleSessionResource(
      ConsoleConfig config, ConsoleSessionService sessions, SecurityIdentity identity) {
    this.config = config;
    this.sessions = sessions;
    this.identity = identity;
  }

  /** A session, without its id. */
  @Schema(name = "ConsoleSession", description = "Who is signed in, and for how long.")
  @RegisterForReflection
  public record ConsoleSessionView(
      @Schema(
              description = "What the caller may do.",
              enumeration = {Names.ADMIN, Names.OPERATOR, Names.VIEWER})
          String role,
      @Schema(
              description =
                  "The only app that the caller may see; null for the admin, who sees all.",
              nullable = true)
          String app,
      @Schema(description = "When the session ends; null for a call with a token.", nullable = true)
          Instant expiresAt) {
    static ConsoleSessionView of(Caller caller, Instant expiresAt) {
      return new ConsoleSessionView(caller.role().canonicalName(), caller.app(), expiresAt);
    }
  }

  @Schema(name = "SignInLink", description = "A secret that opens one session.")
  @RegisterForReflection
  public record SignInLink(
      @Schema(
              description =
                  "The secret: a browser opens /console/sign-in#link=SECRET. Never shown again.")
          String link,
      @Schema(description = "When it stops to work, a minute after it was made.")
          Instant expiresAt) {
    @Override
    public String toString() {
      return "SignInLink[" + expiresAt + "]";
    }
  }

  @POST
  @Path(ApiPath.SESSION)
  @PermitAll
  @ErrorCodes({ErrorCode.NOT_FOUND, ErrorCode.OVERLOADED})
  @Operation(
      operationId = "createSession",
      summary = "Signs a browser in: a token or a link becomes a cookie",
      description =
          "The cookie 'orrery_session', with TLS '__Host-orrery_session', stands for the token in"
              + " further calls of the browser, for 12 hours at most; it ends with the token. A token"
              + " has 100 sessions at most: the oldest one ends. A browser's sign-in and its writes"
              + " by cookie must come from a page of this scheduler.")
  @APIResponse(
      responseCode = "200",
      description = "The browser is signed in, and has the cookie",
      content = @Content(schema = @Schema(implementation = ConsoleSessionView.class)))
  public Response create(
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(ref = "SignInRequest"),
                      example = "{\"token\":\"orrery_…\"}"))
          JsonNode body,
      @Context HttpServerRequest request) {
    requireConsole();
    requireMediaType(request);
    JsonFields fields = JsonFields.ofBody(body);
    Optional<String> token = secret(fields, "token");
    Optional<String> link = secret(fields, "link");
    fields.refuseUnknown();
    if (token.isPresent() == link.isPresent()) {
      throw fields.invalid("token", "must be there, or 'link', and not both");
    }
    ConsoleSessionService.Created created =
        token.map(sessions::open).or(() -> link.map(sessions::redeem)).orElseThrow();
    SessionCookie.set(request, created.secret(), ConsoleSessionService.SESSION_LIFE);
    return notStored(Response.ok(ConsoleSessionView.of(created.caller(), created.expiresAt())))
        .build();
  }

  private static Optional<String> secret(JsonFields fields, String name) {
    return fields
        .text(name)
        .map(String::strip)
        .map(
            secret -> {
              if (secret.isEmpty() || secret.length() > ConsoleSchema.MAX_SECRET) {
                throw fields.invalid(
                    name, "must have 1 to " + ConsoleSchema.MAX_SECRET + " characters");
              }
              return secret;
            });
  }

  @GET
  @Path(ApiPath.SESSION)
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.NOT_FOUND)
  @Operation(
      operationId = "getSession",
      summary = "Returns who makes the call, with a token or with the cookie of a session")
  public ConsoleSessionView get(@Context HttpServerRequest request) {
    requireConsole();
    return ConsoleSessionView.of(
        Caller.of(identity), SessionCookie.of(request).flatMap(sessions::expiry).orElse(null));
  }

  @DELETE
  @Path(ApiPath.SESSION)
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.NOT_FOUND)
  @Operation(
      operationId = "deleteSession",
      summary = "Signs the browser out: ends its session, on all replicas within five seconds")
  @APIResponse(
      responseCode = "204",
      description = "The session has ended; there may have been none")
  public void end(@Context HttpServerRequest request) {
    requireConsole();
    SessionCookie.of(request).ifPresent(sessions::end);
    SessionCookie.clear(request);
  }

  @POST
  @Path(ApiPath.SESSION + "/links")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.NOT_FOUND)
  @Operation(
      operationId = "createSignInLink",
      summary = "Makes a link that signs a browser in once, within a minute",
      description =
          "For callers on the machine of the scheduler, with a token and not with a session; others"
              + " get 403.")
  @APIResponse(
      responseCode = "201",
      description = "The link is made; its secret is not shown again",
      content = @Content(schema = @Schema(implementation = SignInLink.class)))
  public Response link(@Context HttpServerRequest request) {
    requireConsole();
    TokenHash token =
        BearerHeader.token(request)
            .orElseThrow(
                () ->
                    ProblemException.of(
                        ErrorCode.FORBIDDEN,
                        "A link needs a token: a session must not prolong itself."));
    if (!LocalCaller.made(request)) {
      throw ProblemException.of(
          ErrorCode.FORBIDDEN,
          "Links are for callers on the machine of the scheduler, without a proxy. Sign in with a"
              + " token instead.");
    }
    ConsoleSessionService.Created created = sessions.link(token, Caller.of(identity));
    return notStored(
            Response.status(Response.Status.CREATED)
                .entity(new SignInLink(created.secret(), created.expiresAt())))
        .build();
  }

  private void requireConsole() {
    if (!config.enabled()) {
      throw ProblemException.of(
          ErrorCode.NOT_FOUND, "The console is disabled: orrery.console.enabled is false.");
    }
  }

  /**
   * Refuses a body without a media type, which the resource would accept as JSON: pages of other
   * origins can send such a body without a preflight request.
   */
  private static void requireMediaType(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaders.CONTENT_TYPE);
    if (type == null || type.isBlank()) {
      throw new NotSupportedException();
    }
  }

  private static ResponseBuilder notStored(ResponseBuilder response) {
    CacheControl notStored = new CacheControl();
    notStored.setNoStore(true);
    return response.cacheControl(notStored);
  }
}
