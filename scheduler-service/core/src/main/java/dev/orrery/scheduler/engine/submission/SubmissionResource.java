package dev.orrery.scheduler.engine.submission;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntFunction;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Submits runs over HTTP. A response of 202 means that the run is committed. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.DECLARE)
@Tag(name = "instances")
public class SubmissionResource {
  private static final String IDEMPOTENCY_KEY = "Idempotency-Key";
  private static final String DECLARED_ONLY =
      "With the role declare, only jobs that an application has declared.";

  private final SubmissionService submissions;
  private final SubmissionReader reader;
  private final BatchReader batches;
  private final AppService apps;
  private final SecurityIdentity identity;

  SubmissionResource(
      SubmissionService submissions,
      SubmissionReader reader,
      BatchReader batches,
      AppService apps,
      SecurityIdentity identity) {
    this.submissions = submissions;
    this.reader = reader;
    this.batches = batches;
    this.apps = apps;
    this.identity = identity;
  }

  @POST
  @Path("/apps/{app}/jobs/{job}/instances")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND, ErrorCode.OVERLOADED})
  @Operation(
      operationId = "runJob",
      summary = "Runs a job, now or later",
      description = DECLARED_ONLY)
  @APIResponse(
      responseCode = "202",
      description = "The instance is stored",
      headers = @Header(name = HttpHeaders.LOCATION, ref = HttpHeaders.LOCATION),
      content = @Content(schema = @Schema(implementation = SubmittedInstance.class)))
  public CompletionStage<Response> run(
      String app,
      String job,
      @HeaderParam(IDEMPOTENCY_KEY) String key,
      @RequestBody(content = @Content(schema = @Schema(ref = "Run"))) JsonNode body) {
    return submit(app, appId -> reader.single(appId, job, body, key))
        .thenApply(ids -> SubmittedInstance.accepted(ids.get(0)));
  }

  @POST
  @Path("/apps/{app}/instances")
  @Blocking
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND, ErrorCode.OVERLOADED})
  @Operation(
      operationId = "runJobs",
      summary = "Runs many jobs, all or none of them",
      description = DECLARED_ONLY)
  @APIResponse(
      responseCode = "202",
      description = "The instances are stored",
      content = @Content(schema = @Schema(implementation = SubmittedInstances.class)))
  public CompletionStage<Response> runMany(
      String app,
      @HeaderParam(IDEMPOTENCY_KEY) String key,
      @RequestBody(content = @Content(schema = @Schema(ref = "RunList"))) byte[] body) {
    return submit(app, appId -> batches.read(appId, body, key))
        .thenApply(
            ids ->
                Response.accepted(
                        new SubmittedInstances(ids.stream().map(String::valueOf).toList()))
                    .build());
  }

  private CompletableFuture<List<Long>> submit(String app, IntFunction<Submission> read) {
    Caller caller = Caller.of(identity);
    return apps.findVisibleId(caller, app)
        .thenApply(read::apply)
        .thenApply(
            submission ->
                caller.isLimitedToDeclaredJobs() ? submission.ofDeclaredJobs() : submission)
        .thenCompose(submissions::submit);
  }
}
