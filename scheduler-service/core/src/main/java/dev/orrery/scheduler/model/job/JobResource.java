package dev.orrery.scheduler.model.job;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.protocol.ErrorCode;
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
import dev.orrery.scheduler.model.app.PauseView;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.JobDocumentReader;
import dev.orrery.scheduler.model.job.upcoming.PreviewService;
import dev.orrery.trigger.TriggerDescriber;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.headers.Header;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reads and writes jobs over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@Tag(name = "jobs")
public class JobResource {
  private final JobService jobs;
  private final PreviewService previews;
  private final AppService apps;
  private final SecurityIdentity identity;

  JobResource(
      JobService jobs, PreviewService previews, AppService apps, SecurityIdentity identity) {
    this.jobs = jobs;
    this.previews = previews;
    this.apps = apps;
    this.identity = identity;
  }

  /** A job document with its status, or with the result of a dry run; PUT ignores both. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @Schema(name = "Job")
  @RegisterForReflection
  public record JobView(
      @JsonUnwrapped JobDocument document,
      JobStatus status,
      @JsonUnwrapped DocumentChange change,
      List<Instant> fireTimes) {
    /** Returns a view with the values of all headers, for callers that may edit the job. */
    static JobView ofUnmasked(Job job) {
      return new JobView(job.document(), JobStatus.of(job), null, null);
    }

    /** Returns the view that the role of the caller may see. */
    public static JobView of(Job job, Caller caller) {
      return caller.isOperator()
          ? ofUnmasked(job)
          : new JobView(job.document().forViewers(), JobStatus.of(job), null, null);
    }
  }

  /** The state of a job. */
  @Schema(description = "The state of a job.")
  @JsonInclude(JsonInclude.Include.NON_NULL)
  @RegisterForReflection
  public record JobStatus(
      @Schema(description = "Counts the edits of the job.", minimum = "1") int version,
      @Schema(
              description =
                  "True if the job itself is paused; a pause of its app does not show here.")
          boolean paused,
      @Schema(
              description =
                  "The pause of the job itself; absent unless it is paused, and if a release that"
                      + " stored no pauses paused it.",
              nullable = true)
          PauseView pause,
      @Schema(
              description =
                  "The owner of the file of jobs that manages the job; absent if none does.",
              nullable = true)
          String owner,
      @Schema(
              description = "How the application of its owner declares it; absent if none does.",
              nullable = true)
          DeclarationView declaration,
      @Schema(description = "When the job was created.", nullable = true) Instant createdAt,
      @Schema(
              description = "The trigger in words, in English; absent if the job has none.",
              nullable = true)
          String triggerDescription,
      @Schema(description = "The next fire time; absent if there is none.", nullable = true)
          Instant nextFireTime,
      @Schema(
              description =
                  "When the job was found not to have succeeded for 'alerts.noSuccessFor'; absent"
                      + " if it has.",
              nullable = true)
          Instant overdueSince,
      @Schema(
              description =
                  "The reason why this release cannot read the document, which another release"
                      + " wrote: the job does not run here, and the document shows only what could"
                      + " be read of it. Absent if it can.",
              nullable = true)
          String unreadable) {
    private static JobStatus of(Job job) {
      return new JobStatus(
          job.version(),
          job.paused(),
          job.pause(),
          job.owner(),
          job.declaration(),
          job.createdAt(),
          job.document()
              .triggerIfAny()
              .map(trigger -> TriggerDescriber.of(trigger.toTrigger()))
              .orElse(null),
          job.nextFireTime(),
          job.overdueSince(),
          job.unreadable());
    }
  }

  @PUT
  @Path("/apps/{app}/jobs/{job}")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.PRECONDITION_FAILED})
  @Operation(
      operationId = "putJob",
      summary = "Creates a job or a new version of it",
      description =
          "An identical document is a no-op. With dryRun the response is the document that would"
              + " be stored, the change, and the next fire times after it.")
  @APIResponse(
      responseCode = "201",
      description = "The job is created",
      headers = {
        @Header(name = HttpHeaders.ETAG, ref = HttpHeaders.ETAG),
        @Header(name = HttpHeaders.LOCATION, ref = HttpHeaders.LOCATION)
      },
      content = @Content(schema = @Schema(implementation = JobView.class)))
  @APIResponse(
      responseCode = "200",
      description = "A new version, or no change; with dryRun the change",
      headers = @Header(name = HttpHeaders.ETAG, ref = HttpHeaders.ETAG),
      content = @Content(schema = @Schema(implementation = JobView.class)))
  public Response put(
      String app,
      String job,
      @BeanParam DocumentPut put,
      @RequestBody(content = @Content(schema = @Schema(ref = "Job"))) JsonNode body) {
    Caller caller = Caller.of(identity);
    if (put.isDryRun()) {
      // Reads the document first, so that it can be checked before its app exists.
      JobDocument document = JobDocumentReader.read(job, body);
      int appId = apps.visibleId(caller, app);
      JobService.DryRun result = jobs.dryRun(appId, document, put.preconditions());
      return Response.ok(
              new JobView(document, null, result.change(), previews.afterWrite(document, result)))
          .build();
    }
    int appId = apps.visibleId(caller, app);
    JobDocument document = JobDocumentReader.read(job, body);
    JobService.Written written = jobs.put(appId, document, put.preconditions(), caller.author());
    boolean created = written.change().change() == DocumentChange.Kind.CREATE;
    return DocumentPut.written(
            created, ApiPath.ofApp(app, "jobs", job), JobView.ofUnmasked(written.job()))
        .header(HttpHeaders.ETAG, written.job().etag())
        .build();
  }

  @GET
  @Path("/apps/{app}/jobs/{job}")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "getJob",
      summary = "Returns a job; PUT accepts the same document",
      description =
          "With the role viewer, '***' stands for the value of a header that may be a secret; PUT"
              + " refuses it.")
  @APIResponse(
      responseCode = "200",
      description = "The job with its state",
      headers = @Header(name = HttpHeaders.ETAG, ref = HttpHeaders.ETAG),
      content = @Content(schema = @Schema(implementation = JobView.class)))
  public Response get(String app, String job) {
    Caller caller = Caller.of(identity);
    Job found = jobs.get(apps.visibleId(caller, app), job);
    return Response.ok(JobView.of(found, caller)).header(HttpHeaders.ETAG, found.etag()).build();
  }

  @DELETE
  @Path("/apps/{app}/jobs/{job}")
  @RolesAllowed(Names.OPERATOR)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND, ErrorCode.PRECONDITION_FAILED})
  @Operation(
      operationId = "deleteJob",
      summary = "Deletes a job and cancels its instances that have not started")
  @APIResponse(responseCode = "204", description = "The job is deleted")
  public void delete(String app, String job, @HeaderParam(HttpHeaders.IF_MATCH) String ifMatch) {
    jobs.delete(apps.visibleId(Caller.of(identity), app), job, new Preconditions(ifMatch, null));
  }

  @Schema(name = "AppJob", description = "A job with its app.")
  @RegisterForReflection
  public record AppJobView(
      @Schema(description = "Name of the app.") String app,
      @Schema(description = "The job, as in the list of its app.") JobView job) {
    private static AppJobView of(AppJob found) {
      return new AppJobView(found.app(), JobView.ofUnmasked(found.job()));
    }
  }

  @GET
  @Path("/jobs")
  @RolesAllowed(Names.ADMIN)
  @Operation(
      operationId = "listAllJobs",
      summary = "Lists the jobs of all apps",
      description = "The apps are in the order of their creation, and the jobs of an app by name.")
  public Page<AppJobView> listAll(
      @QueryParam("limit") String limit, @QueryParam("after") String after) {
    int size = Page.limit(limit);
    return Page.of(
        jobs.listAll(JobCursor.parse(after), size + 1),
        size,
        AppJobView::of,
        found -> JobCursor.of(found).toString());
  }

  @GET
  @Path("/apps/{app}/jobs/{job}/versions")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(operationId = "listJobVersions", summary = "Lists the versions of a job, newest first")
  public Page<JobVersionView> versions(
      String app,
      String job,
      @QueryParam("limit") String limit,
      @QueryParam("after") String after) {
    Caller caller = Caller.of(identity);
    int appId = apps.visibleId(caller, app);
    int size = Page.limit(limit);
    int before = QueryParameter.integer("after", after, Integer.MAX_VALUE, 1, Integer.MAX_VALUE);
    return Page.of(
        jobs.versions(appId, job, before, size + 1),
        size,
        edit -> caller.isOperator() ? edit : edit.forViewers(),
        edit -> Integer.toString(edit.version()));
  }
}
