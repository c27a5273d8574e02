package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Applies the jobs of an app through the scheduler, atomically. */
public final class JobsFileApplier {
  /** The place of an error: a job of the call, and the field of its document. */
  private static final Pattern PLACE = Pattern.compile("jobs\\[(\\d+)]\\.?(.*)");

  private final SchedulerClient client;

  public JobsFileApplier(SchedulerClient client) {
    this.client = client;
  }

  /**
   * The planned changes of an app.
   *
   * @param request the body of the call that applies them
   * @param createsApp true if the app does not exist
   * @param jobs the jobs of the files in their order, then the jobs to delete
   * @param unlistedDeletions number of jobs to delete that are not among {@code jobs}
   */
  public record Plan(
      AppJobs source,
      ObjectNode request,
      boolean createsApp,
      List<PlannedJob> jobs,
      int unlistedDeletions) {
    static Plan of(AppJobs source, ObjectNode request, boolean createsApp, JsonNode response) {
      List<PlannedJob> jobs = new ArrayList<>();
      response.path("jobs").forEach(job -> jobs.add(PlannedJob.of(job)));
      return new Plan(
          source, request, createsApp, jobs, response.path("unlistedDeletions").asInt());
    }

    String app() {
      return source.app();
    }

    /** Returns hints about new and changed jobs that will probably not work as intended. */
    List<String> hints() {
      return jobs.stream()
          .filter(job -> !job.isDeleted() && !job.change().equals("none"))
          .flatMap(job -> ScriptHint.of(job.name(), source.jobs().get(job.name())).stream())
          .toList();
    }
  }

  /**
   * The change of a job.
   *
   * @param change {@code create}, {@code update}, {@code none} or {@code delete}
   * @param differences by leaf; empty unless the job is updated
   * @param truncated true if the scheduler omitted differences, because they exceeded a bound in
   *     bytes
   */
  public record PlannedJob(String name, String change, ArrayNode differences, boolean truncated) {
    static PlannedJob of(JsonNode job) {
      return new PlannedJob(
          job.path("name").asText(),
          job.path("change").asText(),
          job.withArray("differences"),
          job.path("truncated").asBoolean());
    }

    static PlannedJob creation(String name) {
      return new PlannedJob(name, "create", JsonNodeFactory.instance.arrayNode(), false);
    }

    boolean isDeleted() {
      return change.equals("delete");
    }

    /** Returns true if a field of the stored job gets this value. */
    public boolean changes(String field, JsonNode to) {
      for (JsonNode difference : differences) {
        if (difference.path("field").asText().equals(field) && difference.path("to").equals(to)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Like {@link #plan(AppJobs, boolean)}, without deletions. */
  public Plan plan(AppJobs jobs) {
    return plan(jobs, false);
  }

  /**
   * Asks the scheduler what the files would change, app by app, and adds the errors that it finds
   * in them.
   *
   * @return the plans of the apps without errors
   * @throws ApiException if the scheduler cannot check the files, and no error is known
   */
  List<Plan> plan(List<AppJobs> apps, boolean prune, FileErrors errors) {
    List<Plan> plans = new ArrayList<>();
    for (AppJobs app : apps) {
      try {
        plans.add(plan(app, prune));
      } catch (ApiException e) {
        if (!isOfFile(e)) {
          errors.throwIfAny();
          throw e;
        }
        errors.add(e);
      }
    }
    return plans;
  }

  private static boolean isOfFile(ApiException problem) {
    return !problem.field().isEmpty() || problem.problem().has("errors");
  }

  /**
   * Plans the changes by a dry run.
   *
   * @param prune whether to delete jobs of the same owner that are missing from the files
   * @throws ApiException naming file, line and job of the error; nothing is changed
   */
  Plan plan(AppJobs jobs, boolean prune) {
    ObjectNode request = request(jobs, prune);
    try {
      return Plan.of(jobs, request, false, call(jobs, request, "?dryRun=true"));
    } catch (ApiException e) {
      // The scheduler checks the documents before the app, so the documents are valid.
      if (e.code().equals("APP_NOT_FOUND")) {
        return new Plan(
            jobs,
            request,
            true,
            jobs.jobs().keySet().stream().map(PlannedJob::creation).toList(),
            0);
      }
      throw e;
    }
  }

  /**
   * Rejects plans that create an app if the token may not create one: the dry run itself needs
   * fewer permissions.
   *
   * @throws ApiException {@code FORBIDDEN}
   */
  public void requireMayCreate(List<Plan> plans) {
    for (Plan plan : plans) {
      if (plan.createsApp()) {
        try {
          client.get("/cluster"); // Needs the admin token, as the creation of an app does.
        } catch (ApiException e) {
          throw new ApiException(
              e.problem(), "app '" + plan.app() + "' must be created: " + e.getMessage());
        }
      }
    }
  }

  /** Applies the changes; returns the applied ones. */
  public Plan apply(Plan plan) {
    if (plan.createsApp()) {
      client.put(SchedulerClient.appPath(plan.app()), client.json().createObjectNode());
    }
    return Plan.of(
        plan.source(), plan.request(), plan.createsApp(), call(plan.source(), plan.request(), ""));
  }

  private ObjectNode request(AppJobs jobs, boolean prune) {
    ObjectNode request = client.json().createObjectNode();
    if (jobs.owner() != null) {
      request.put("owner", jobs.owner());
    }
    request.put("prune", prune);
    ArrayNode documents = request.putArray("jobs");
    jobs.jobs().values().forEach(job -> documents.add(job.document()));
    return request;
  }

  private JsonNode call(AppJobs jobs, ObjectNode request, String query) {
    try {
      return client
          .post(SchedulerClient.appPath(jobs.app()) + "/jobs:apply" + query, request)
          .body();
    } catch (ApiException e) {
      throw isOfFile(e) ? located(jobs, e) : e;
    }
  }

  /** One line for each error that the scheduler names. */
  private static ApiException located(AppJobs jobs, ApiException problem) {
    ObjectNode document = problem.problem();
    List<String> errors = new ArrayList<>();
    for (JsonNode error : document.path("errors")) {
      errors.add(locate(jobs, problem.code(), (ObjectNode) error, "message"));
    }
    String first = locate(jobs, problem.code(), document, "detail");
    return new ApiException(document, errors.isEmpty() ? first : String.join("\n", errors));
  }

  /**
   * Adds the place in the files to an error, and leaves out the one in the call.
   *
   * @param text the field that has the sentence
   * @return the sentence with the place
   */
  private static String locate(AppJobs jobs, String code, ObjectNode error, String text) {
    String field = error.path("field").asText();
    String message = error.path(text).asText();
    Matcher inJob = PLACE.matcher(field);
    if (!inJob.matches()) {
      String place =
          jobs.fileWith(field)
              .map(file -> placed(error, file, field))
              .orElse(field.equals("owner") ? "--owner" : "");
      return (place.isEmpty() ? "" : place + ": ") + code + ": " + message;
    }
    int index = Integer.parseInt(inJob.group(1));
    String name = List.copyOf(jobs.jobs().keySet()).get(index);
    JobsFile file = jobs.jobs().get(name).file();
    String path = file.path(name, inJob.group(2));
    String inDocument =
        file.source().withWritten(path, message.replace("jobs[" + index + "].", ""));
    String place = placed(error, file, path);
    error.put("field", inJob.group(2)).put(text, inDocument).put("job", name);
    return place + ", job '" + name + "': " + code + ": " + inDocument;
  }

  /** Adds file and line to an error, and returns them in words. */
  private static String placed(ObjectNode error, JobsFile file, String path) {
    error.put("file", file.source().name()).put("line", file.source().line(path));
    return file.source().place(path);
  }
}
