package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Applies the jobs of an app: checks all documents before it writes the first one. */
public final class JobsFileApplier {
  private static final String ERRORS = "errors";
  private static final String FILE = "file";

  private final SchedulerClient client;

  public JobsFileApplier(SchedulerClient client) {
    this.client = client;
  }

  /**
   * The changes to an app.
   *
   * @param createsApp true if the app does not exist
   * @param changes the scheduler's own account of each job, as its dry run returns it
   * @param deleted jobs to delete
   */
  public record Plan(
      AppJobs jobs, boolean createsApp, Map<String, JsonNode> changes, List<String> deleted) {}

  /**
   * Asks the scheduler what each document would change.
   *
   * @throws ApiException naming file, line and job of each mistake; nothing is changed
   */
  public Plan plan(AppJobs jobs) {
    boolean createsApp = !appExists(jobs.app());
    Map<String, JsonNode> changes = new LinkedHashMap<>();
    List<ApiException> mistakes = new ArrayList<>();
    jobs.jobs()
        .forEach(
            (name, job) -> {
              try {
                changes.put(name, dryRun(jobs, name, job, createsApp));
              } catch (ApiException e) {
                if (!e.problem().has(FILE)) {
                  throw e;
                }
                mistakes.add(e);
              }
            });
    if (!mistakes.isEmpty()) {
      throw together(mistakes);
    }
    return new Plan(jobs, createsApp, changes, List.of());
  }

  /** The problem of the first job at fault, with the mistakes of all. */
  private static ApiException together(List<ApiException> mistakes) {
    ObjectNode problem = mistakes.get(0).problem();
    ArrayNode all = problem.putArray(ERRORS);
    mistakes.forEach(mistake -> mistake.problem().path(ERRORS).forEach(all::add));
    return new ApiException(
        problem, mistakes.stream().map(ApiException::getMessage).collect(Collectors.joining("\n")));
  }

  /** As {@link #plan}; jobs of the app that the files do not have are deleted. */
  Plan planWithPrune(AppJobs jobs) {
    Plan plan = plan(jobs);
    if (plan.createsApp()) {
      return plan;
    }
    List<String> others = new ArrayList<>();
    for (JsonNode job :
        PageReader.read(client, SchedulerClient.appPath(jobs.app()) + "/jobs", Integer.MAX_VALUE)
            .path("items")) {
      String name = job.path("name").asText();
      if (!jobs.jobs().containsKey(name)) {
        others.add(name);
      }
    }
    return new Plan(jobs, false, plan.changes(), others);
  }

  /**
   * Refuses plans that create an app where the token may not: a dry run itself needs less.
   *
   * @throws ApiException {@code FORBIDDEN}
   */
  void requireMayCreate(List<Plan> plans) {
    for (Plan plan : plans) {
      if (plan.createsApp()) {
        try {
          client.get("/cluster"); // Needs the admin token, as the creation of an app does.
        } catch (ApiException e) {
          throw new ApiException(
              e.problem(), "app '" + plan.jobs().app() + "' must be created: " + e.getMessage());
        }
      }
    }
  }

  /** Writes the changes of the plan. */
  public void apply(Plan plan) {
    String app = plan.jobs().app();
    if (plan.createsApp()) {
      client.put(SchedulerClient.appPath(app), client.json().createObjectNode());
    }
    plan.jobs().jobs().forEach((name, job) -> client.put(path(app, name), job.document()));
    plan.deleted().forEach(name -> client.delete(path(app, name)));
  }

  private boolean appExists(String app) {
    try {
      client.get(SchedulerClient.appPath(app));
      return true;
    } catch (ApiException e) {
      if (e.code().equals("APP_NOT_FOUND")) {
        return false;
      }
      throw e;
    }
  }

  private JsonNode dryRun(AppJobs jobs, String name, AppJobs.Job job, boolean newApp) {
    try {
      return client.put(path(jobs.app(), name) + "?dryRun=true", job.document()).body();
    } catch (ApiException e) {
      // The scheduler checks the document before the app, so the document is valid.
      if (newApp && e.code().equals("APP_NOT_FOUND")) {
        return client.json().createObjectNode().put("change", "create");
      }
      throw e.field().isEmpty() && !e.problem().has(ERRORS) ? e : located(name, job, e);
    }
  }

  /** One line for each mistake that the scheduler names. */
  private static ApiException located(String name, AppJobs.Job job, ApiException problem) {
    String file = job.file().source().name();
    ObjectNode document = problem.problem();
    List<String> mistakes = new ArrayList<>();
    for (JsonNode error : document.path(ERRORS)) {
      int line = job.file().line(name, error.path("field").asText(""));
      ((ObjectNode) error).put(FILE, file).put("line", line).put("job", name);
      mistakes.add(
          place(file, line, name) + problem.code() + ": " + error.path("message").asText());
    }
    int line = job.file().line(name, problem.field());
    document.put(FILE, file).put("line", line).put("job", name);
    if (mistakes.isEmpty()) {
      mistakes.add(place(file, line, name) + problem.getMessage());
      document
          .putArray(ERRORS)
          .addObject()
          .put("field", problem.field())
          .put("message", document.path("detail").asText())
          .put(FILE, file)
          .put("line", line)
          .put("job", name);
    }
    return new ApiException(document, String.join("\n", mistakes));
  }

  private static String place(String file, int line, String job) {
    return file + ", line " + line + ", job '" + job + "': ";
  }

  private static String path(String app, String job) {
    return SchedulerClient.appPath(app) + "/jobs/" + SchedulerClient.encoded(job);
  }
}
