package dev.orrery.scheduler.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.json.JsonFields;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Preconditions;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reads and sets the PowerJob numbers of imported jobs over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "apps")
public class JobNumberResource {
  static final String NUMBERS = "numbers";

  /** As many as fit into a body, each with the longest name. */
  static final int MAX_NUMBERS = 30_000;

  /** PowerJob counts from 1; the ids of our jobs are longer. */
  static final String NUMBER_PATTERN = "[1-9][0-9]{0,14}";

  private static final Pattern NUMBER = Pattern.compile(NUMBER_PATTERN);

  private final JobNumberStore store;
  private final AppService apps;
  private final SecurityIdentity identity;

  JobNumberResource(JobNumberStore store, AppService apps, SecurityIdentity identity) {
    this.store = store;
    this.apps = apps;
    this.identity = identity;
  }

  /** The numbers of an app's jobs. */
  @RegisterForReflection
  public record PowerJobNumbersView(Map<Long, String> numbers) {}

  @GET
  @Path("/apps/{app}/powerjob/numbers")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "getPowerJobNumbers",
      summary = "Returns the numbers that jobs had at PowerJob",
      description = "A job keeps its number whatever it is called at PowerJob.")
  @APIResponse(
      responseCode = "200",
      description = "The names of jobs by number, without those of deleted jobs",
      headers = @Header(name = HttpHeaders.ETAG, ref = HttpHeaders.ETAG),
      content = @Content(schema = @Schema(ref = "PowerJobNumbers")))
  public Response get(String app) {
    Map<Long, String> numbers = store.read(apps.visibleId(Caller.of(identity), app));
    return Response.ok(new PowerJobNumbersView(numbers))
        .header(HttpHeaders.ETAG, etag(numbers))
        .build();
  }

  @PUT
  @Path("/apps/{app}/powerjob/numbers")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.PRECONDITION_FAILED})
  @Operation(
      operationId = "setPowerJobNumbers",
      summary = "Sets the numbers that jobs had at PowerJob",
      description =
          "PowerJob clients find the jobs by these numbers, and get them in answers; workers get"
              + " them with each run. The numbers replace all that jobs of the app have.")
  @APIResponse(responseCode = "204", description = "The jobs have the numbers")
  public void set(
      String app,
      @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch,
      @RequestBody(
              content =
                  @Content(
                      schema = @Schema(ref = "PowerJobNumbers"),
                      example = "{\"numbers\":{\"17\":\"nightly-report\"}}"))
          JsonNode body) {
    int appId = apps.visibleId(Caller.of(identity), app);
    JsonFields fields = JsonFields.ofBody(body);
    fields.requirePresent(NUMBERS);
    Map<String, String> given = fields.textMap(NUMBERS).orElseThrow();
    fields.refuseUnknown();
    if (given.size() > MAX_NUMBERS) {
      throw fields.invalid(NUMBERS, "must have at most " + MAX_NUMBERS + " entries");
    }
    Map<Long, String> names = read(fields, given);
    Preconditions preconditions = new Preconditions(ifMatch, null);
    store
        .replace(
            appId,
            names,
            stored -> preconditions.require(Optional.of(etag(stored)), "list of numbers"))
        .ifPresent(
            number -> {
              throw fields.invalid(
                  NUMBERS + "." + number,
                  "is '" + names.get(number) + "', which is not a job of the app; apply it first");
            });
  }

  private static String etag(Map<Long, String> numbers) {
    return '"'
        + UUID.nameUUIDFromBytes(numbers.toString().getBytes(StandardCharsets.UTF_8)).toString()
        + '"';
  }

  private static Map<Long, String> read(JsonFields fields, Map<String, String> given) {
    Map<Long, String> names = new LinkedHashMap<>();
    Map<String, String> numbers = new HashMap<>();
    given.forEach(
        (number, name) -> {
          if (!NUMBER.matcher(number).matches()) {
            throw fields.invalid(
                NUMBERS, "must have numbers of PowerJob's jobs as keys, of 1 to 15 digits");
          }
          String field = NUMBERS + "." + number;
          ResourceName.require(field, name);
          String before = numbers.putIfAbsent(name, number);
          if (before != null) {
            throw fields.invalid(
                field, "is '" + name + "', as is '" + NUMBERS + "." + before + "'");
          }
          names.put(Long.valueOf(number), name);
        });
    return names;
  }
}
