package dev.orrery.scheduler.model.instance;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.json.ResourceName;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.ApiPath;
import dev.orrery.scheduler.http.rest.ErrorCodes;
import dev.orrery.scheduler.http.rest.Page;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.http.rest.SharedResponseCache;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.http.security.Role.Names;
import dev.orrery.scheduler.model.app.AppService;
import io.quarkus.security.identity.SecurityIdentity;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.tags.Tag;

/** Reads and lists instances over HTTP. */
@Path(ApiPath.V1)
@Produces(MediaType.APPLICATION_JSON)
@Tag(name = "instances")
public class InstanceResource {
  private final InstanceService instances;
  private final InstanceErrorService errors;
  private final AppService apps;
  private final SecurityIdentity identity;
  private final SharedResponseCache shared;

  InstanceResource(
      InstanceService instances,
      InstanceErrorService errors,
      AppService apps,
      SecurityIdentity identity,
      SharedResponseCache shared) {
    this.instances = instances;
    this.errors = errors;
    this.apps = apps;
    this.identity = identity;
    this.shared = shared;
  }

  @GET
  @Path("/apps/{app}/instances")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "listInstances",
      summary = "Lists the instances of an app, newest first",
      description =
          "A page may be short or empty and still have a next one, because a call reads a bounded number of rows.")
  public InstancePage list(
      String app,
      @BeanParam InstanceQuery query,
      @Parameter(
              description = "Only instances that wait for this reason.",
              schema = @Schema(implementation = WaitingFor.class))
          @QueryParam("waitingFor")
          String waitingFor,
      @QueryParam("limit") String limit,
      @QueryParam("after") String after) {
    return shared.get(
        () ->
            instances.page(
                new InstancePageStore.PageRequest(
                    apps.visibleId(Caller.of(identity), app),
                    query.filter().waitingFor(InstanceFilter.waitingFor(waitingFor)),
                    QueryParameter.cursor(after, Long.MAX_VALUE),
                    Page.limit(limit))));
  }

  @GET
  @Path("/instances")
  @RolesAllowed(Names.ADMIN)
  @Operation(
      operationId = "listAllInstances",
      summary = "Lists the instances of all apps, newest first",
      description =
          "A page may be short or empty and still have a next one, because a call reads a bounded"
              + " number of rows. 'job' selects the jobs of this name of all apps.")
  public InstancePage listAll(
      @BeanParam InstanceQuery query,
      @QueryParam("limit") String limit,
      @QueryParam("after") String after) {
    InstanceFilter filter = query.filter();
    if (filter.job() != null) {
      ResourceName.require("job", filter.job());
    }
    return instances.page(
        new InstancePageStore.PageRequest(
            null, filter, QueryParameter.cursor(after, Long.MAX_VALUE), Page.limit(limit)));
  }

  @GET
  @Path("/apps/{app}/instances:errors")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes({ErrorCode.APP_NOT_FOUND, ErrorCode.JOB_NOT_FOUND})
  @Operation(
      operationId = "listErrors",
      summary = "Groups the newest failed instances of an app by their error",
      description =
          "Groups the newest 1,000 instances that are FAILED or TIMED_OUT, and returns the 100 most"
              + " frequent errors. Calls share an answer for three seconds.")
  public InstanceErrorsView errors(
      String app,
      @Parameter(description = "Only instances that were created at this instant or later.")
          @QueryParam("from")
          String from,
      @Parameter(description = "Only instances that were created before this instant.")
          @QueryParam("until")
          String until,
      @Parameter(description = "Only instances of this job.") @QueryParam("job") String job) {
    Instant first = QueryParameter.instant("from", from);
    Instant end = QueryParameter.instant("until", until);
    if (first != null && end != null && !first.isBefore(end)) {
      throw ProblemException.invalid("from", "'from' must be before 'until'.");
    }
    return errors.group(
        apps.visibleId(Caller.of(identity), app), InstanceFilter.created(job, first, end));
  }

  @GET
  @Path("/instances/{id}")
  @RolesAllowed({Names.VIEWER, Names.DECLARE})
  @ErrorCodes(ErrorCode.INSTANCE_NOT_FOUND)
  @Operation(
      operationId = "getInstance",
      summary = "Returns an instance",
      description = "With the role declare, only one of a job that an application has declared.")
  public InstanceView get(String id) {
    return instances.get(Caller.of(identity), InstanceId.parse(id));
  }

  @GET
  @Path("/instances/{id}/attempts")
  @RolesAllowed(Names.VIEWER)
  @ErrorCodes(ErrorCode.INSTANCE_NOT_FOUND)
  @Operation(
      operationId = "listAttempts",
      summary = "Lists the attempts of an instance, oldest first")
  public Page<AttemptView> attempts(
      String id, @QueryParam("limit") String limit, @QueryParam("after") String after) {
    return instances.attempts(
        Caller.of(identity),
        InstanceId.parse(id),
        QueryParameter.integer("after", after, 0, 1, Integer.MAX_VALUE),
        Page.limit(limit));
  }
}
