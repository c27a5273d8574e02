package dev.orrery.scheduler.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import dev.orrery.scheduler.model.app.AppView;
import dev.orrery.scheduler.model.app.PauseReader;
import dev.orrery.scheduler.model.job.JobResource.JobView;
import dev.orrery.scheduler.model.job.PauseService.Pause;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Pauses and resumes jobs and apps over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@RolesAllowed(Names.OPERATOR)
public class PauseResource {
  private static final String WHAT_A_PAUSE_DOES =
      "Triggers make nothing, runs through the API and retries wait, and what runs goes"
          + " on. The note of a repeated call replaces the one before. A run that is submitted at the very instant of the pause may still start.";

  private final PauseService pauses;
  private final AppService apps;
  private final SecurityIdentity identity;

  PauseResource(PauseService pauses, AppService apps, SecurityIdentity identity) {
    this.pauses = pauses;
    this.apps = apps;
    this.identity = identity;
  }

  @POST
  @Path("/apps/{app}/jobs/{job}/pause")
  @Tag(name = "jobs")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(operationId = "pauseJob", summary = "Pauses a job", description = WHAT_A_PAUSE_DOES)
  @Consumes(MediaType.APPLICATION_JSON)
  public JobView pauseJob(
      String app,
      String job,
      @RequestBody(content = @Content(schema = @Schema(ref = "PauseRequest"))) JsonNode body) {
    Caller caller = Caller.of(identity);
    int appId = apps.visibleId(caller, app);
    return JobView.ofUnmasked(
        pauses.pauseJob(appId, job, new Pause(PauseReader.note(body), caller.author())));
  }

  @POST
  @Path("/apps/{app}/jobs/{job}/resume")
  @Tag(name = "jobs")
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "resumeJob",
      summary = "Resumes a job",
      description = "Fire times during the pause are not caught up.")
  public JobView resumeJob(String app, String job) {
    return JobView.ofUnmasked(pauses.resumeJob(apps.visibleId(Caller.of(identity), app), job));
  }

  @POST
  @Path("/apps/{app}/pause")
  @Tag(name = "apps")
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "pauseApp",
      summary = "Pauses all jobs of an app",
      description = WHAT_A_PAUSE_DOES)
  @Consumes(MediaType.APPLICATION_JSON)
  public AppView pauseApp(
      String app,
      @RequestBody(content = @Content(schema = @Schema(ref = "PauseRequest"))) JsonNode body) {
    Caller caller = Caller.of(identity);
    int appId = apps.visibleId(caller, app);
    return AppView.of(pauses.pauseApp(appId, new Pause(PauseReader.note(body), caller.author())));
  }

  @POST
  @Path("/apps/{app}/resume")
  @Tag(name = "apps")
  @ErrorCodes(ErrorCode.APP_NOT_FOUND)
  @Operation(
      operationId = "resumeApp",
      summary = "Resumes an app",
      description =
          "Jobs that were paused individually stay paused. Fire times during the pause are not caught up.")
  public AppView resumeApp(String app) {
    return AppView.of(pauses.resumeApp(apps.visibleId(Caller.of(identity), app)));
  }
}
