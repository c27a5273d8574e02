package dev.orrery.scheduler.extras.notification;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.json.JsonSchema;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.rest.DocumentPut;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.Preconditions;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.CacheControl;
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

/**
 * Reads and writes webhooks over HTTP. Reads also need the role operator, because the URL of a
 * webhook is often a secret.
 */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.OPERATOR)
@Tag(name = "webhooks")
public class WebhookResource {
  private final WebhookService webhooks;
  private final AppService apps;
  private final NotificationLoop notifier;
  private final SecurityIdentity identity;

  WebhookResource(
      WebhookService webhooks,
      AppService apps,
      NotificationLoop notifier,
      SecurityIdentity identity) {
    this.webhooks = webhooks;
    this.apps = apps;
    this.notifier = notifier;
    this.identity = identity;
  }

  /**
   * A webhook document with its status, or with the change that a dry run found; PUT ignores both.
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "Webhook")
  @RegisterForReflection
  record WebhookView(
      @JsonUnwrapped WebhookDocument document,
      WebhookStatus status,
      String secret,
      @JsonUnwrapped DocumentChange change) {
    static WebhookView of(Webhook webhook) {
      return of(webhook, null);
    }

    static WebhookView of(Webhook webhook, WebhookSecret secret) {
      return new WebhookView(
          webhook.document(),
          new WebhookStatus(webhook.version(), webhook.disabledReason(), webhook.lastError()),
          secret == null ? null : secret.shown(),
          null);
    }

    @Override
    public String toString() {
      return "WebhookView[" + document.name() + "]";
    }
  }

  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "WebhookStatus", description = "The state of a webhook.")
  @RegisterForReflection
  record WebhookStatus(
      @Schema(description = "Counts the edits of the webhook.", minimum = "1") int version,
      @Schema(description = "Why the scheduler disabled it; absent if it did not.", nullable = true)
          String disabledReason,
      @Schema(
              description =
                  "Why the newest message that was tried was not delivered; absent if it was, or if"
                      + " none was tried.",
              nullable = true)
          String lastError) {}

  /** A new key, shown once. */
  @Schema(name = "WebhookSecret", description = "A new key, shown once.")
  @RegisterForReflection
  record SecretView(
      @Schema(description = "The key that signs messages from now on; never shown again.")
          String secret) {
    @Override
    public String toString() {
      return "SecretView";
    }
  }

  @Schema(name = "QueuedDelivery", description = "A message that was queued.")
  @RegisterForReflection
  record DeliveryId(
      @Schema(description = "Id of the delivery.", pattern = JsonSchema.ID_PATTERN) String id) {}

  @PUT
  @Path("/apps/{app}/webhooks/{webhook}")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.PRECONDITION_FAILED})
  @Operation(
      operationId = "putWebhook",
      summary = "Creates or changes a webhook",
      description =
          "The response to a creation holds the secret, which is never shown again. With dryRun the"
              + " response is the document that would be stored, and the change.")
  @APIResponse(
      responseCode = "201",
      description = "The webhook is created; its secret is not shown again",
      headers = {
        @Header(name = HttpHeaders.ETAG, ref = HttpHeaders.ETAG),
        @Header(name = HttpHeaders.LOCATION, ref = HttpHeaders.LOCATION)
      },
      content = @Content(schema = @Schema(ref = "CreatedWebhook")))
  @APIResponse(
      responseCode = "200",
      description = "Changed, or no change; with dryRun the change",
      headers = @Header(name = HttpHeaders.ETAG, ref = HttpHeaders.ETAG),
      content = @Content(schema = @Schema(implementation = WebhookView.class)))
  public Response put(
      String app,
      String webhook,
      @BeanParam DocumentPut put,
      @RequestBody(content = @Content(schema = @Schema(ref = "Webhook"))) JsonNode body) {
    int appId = appId(app);
    WebhookReader.Written document = WebhookReader.read(webhook, body);
    if (put.isDryRun()) {
      DocumentChange change = webhooks.dryRun(appId, document, put.preconditions());
      return Response.ok(new WebhookView(document.document(), null, null, change)).build();
    }
    WebhookService.Written written = webhooks.put(appId, document, put.preconditions());
    return DocumentPut.written(
            written.isNew(),
            ApiPath.ofApp(app, "webhooks", webhook),
            WebhookView.of(written.webhook(), written.secret().orElse(null)))
        .header(HttpHeaders.ETAG, written.webhook().etag())
        .cacheControl(notStored())
        .build();
  }

  @GET
  @Path("/apps/{app}/webhooks/{webhook}")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.NOT_FOUND})
  @Operation(
      operationId = "getWebhook",
      summary = "Returns a webhook without its secret; PUT accepts the same document")
  @APIResponse(
      responseCode = "200",
      description = "The webhook with its state",
      headers = @Header(name = HttpHeaders.ETAG, ref = HttpHeaders.ETAG),
      content = @Content(schema = @Schema(implementation = WebhookView.class)))
  public Response get(String app, String webhook) {
    Webhook found = webhooks.get(appId(app), webhook);
    return Response.ok(WebhookView.of(found)).header(HttpHeaders.ETAG, found.etag()).build();
  }

  @GET
  @Path("/apps/{app}/webhooks")
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "listWebhooks",
      summary = "Lists the webhooks of an app by name, without their secrets")
  public Page<WebhookView> list(
      String app,
      @QueryParam("limit") String limit,
      @QueryParam("after") @DefaultValue("") String after) {
    int size = Page.limit(limit);
    return Page.of(
        webhooks.list(appId(app), after, size + 1),
        size,
        WebhookView::of,
        found -> found.document().name());
  }

  @DELETE
  @Path("/apps/{app}/webhooks/{webhook}")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.NOT_FOUND, ErrorCode.PRECONDITION_FAILED})
  @Operation(operationId = "deleteWebhook", summary = "Deletes a webhook with its pending messages")
  @APIResponse(responseCode = "204", description = "The webhook is deleted")
  public void delete(
      String app, String webhook, @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
    webhooks.delete(appId(app), webhook, new Preconditions(ifMatch, null));
  }

  @POST
  @Path("/apps/{app}/webhooks/{webhook}/secret")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.NOT_FOUND})
  @Operation(
      operationId = "rotateWebhookSecret",
      summary = "Rotates the secret of a webhook; for 24 hours the previous one signs, too")
  @APIResponse(
      responseCode = "200",
      content = @Content(schema = @Schema(implementation = SecretView.class)))
  public Response rotate(String app, String webhook) {
    WebhookSecret secret = webhooks.rotate(appId(app), webhook);
    return Response.ok(new SecretView(secret.shown())).cacheControl(notStored()).build();
  }

  @POST
  @Path("/apps/{app}/webhooks/{webhook}/test")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.NOT_FOUND})
  @Operation(
      operationId = "testWebhook",
      summary = "Sends a test message to a webhook, even a disabled one")
  @APIResponse(
      responseCode = "202",
      description = "The message is queued; the delivery shows the result",
      content = @Content(schema = @Schema(implementation = DeliveryId.class)))
  public Response test(String app, String webhook) {
    long id = webhooks.test(appId(app), app, webhook);
    notifier.sendNow();
    return Response.accepted(new DeliveryId(Long.toString(id))).build();
  }

  @GET
  @Path("/apps/{app}/webhooks/{webhook}/deliveries")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.NOT_FOUND})
  @Operation(
      operationId = "listWebhookDeliveries",
      summary = "Lists the sent and pending messages of a webhook, newest first")
  public Page<DeliveryView> deliveries(
      String app,
      String webhook,
      @QueryParam("limit") String limit,
      @QueryParam("after") String after) {
    int size = Page.limit(limit);
    return Page.of(
        webhooks.deliveries(
            appId(app), webhook, QueryParameter.cursor(after, Long.MAX_VALUE), size + 1),
        size,
        delivery -> delivery,
        DeliveryView::id);
  }

  private int appId(String app) {
    return apps.visibleId(Caller.of(identity), app);
  }

  private static CacheControl notStored() {
    CacheControl control = new CacheControl();
    control.setNoStore(true);
    return control;
  }
}
