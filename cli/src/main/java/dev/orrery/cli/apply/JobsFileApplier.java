package dev.orrery.cli.apply;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import java.util.LinkedHashMap;
import java.util.Map;

/** Applies a file of jobs: checks all documents before it writes the first one. */
public final class JobsFileApplier {
  private final SchedulerClient client;

  public JobsFileApplier(SchedulerClient client) {
    this.client = client;
  }

  /**
   * The changes that a file makes.
   *
   * @param createsApp whether the app is not there yet
   * @param jobs the scheduler's own account of each job: {@code change} and {@code differences}
   */
  public record Plan(JobsFile file, boolean createsApp, Map<String, JsonNode> jobs) {}

  /**
   * Asks the scheduler what each document would change.
   *
   * @throws ApiException naming the job at fault; nothing is changed
   */
  public Plan plan(JobsFile file) {
    boolean createsApp = !appExists(file.app());
    Map<String, JsonNode> changes = new LinkedHashMap<>();
    file.jobs()
        .forEach((name, document) -> changes.put(name, dryRun(file, name, document, createsApp)));
    return new Plan(file, createsApp, changes);
  }

  /** Writes the changes of the plan. */
  public void apply(Plan plan) {
    if (plan.createsApp()) {
      client.put(
          "/apps/" + SchedulerClient.encoded(plan.file().app()), client.json().createObjectNode());
    }
    plan.file().jobs().forEach((name, document) -> client.put(path(plan.file(), name), document));
  }

  private boolean appExists(String app) {
    try {
      client.get("/apps/" + SchedulerClient.encoded(app));
      return true;
    } catch (ApiException e) {
      if (e.code().equals("APP_NOT_FOUND")) {
        return false;
      }
      throw e;
    }
  }

  private JsonNode dryRun(JobsFile file, String name, JsonNode document, boolean newApp) {
    try {
      return client.put(path(file, name) + "?dryRun=true", document).body();
    } catch (ApiException e) {
      // The scheduler checks the document before the app, so the document is valid.
      if (newApp && e.code().equals("APP_NOT_FOUND")) {
        return client.json().createObjectNode().put("change", "create");
      }
      throw new ApiException(e.code(), "job '" + name + "': " + e.getMessage());
    }
  }

  private static String path(JobsFile file, String job) {
    return "/apps/" + SchedulerClient.encoded(file.app()) + "/jobs/" + SchedulerClient.encoded(job);
  }
}
