package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.client.SchedulerClient.Answer;
import java.util.Map;
import java.util.TreeMap;

/** The jobs of earlier imports that PowerJob no longer has. They keep their numbers. */
final class GoneJobs {
  private final SchedulerClient client;
  private final String app;
  private final ImportPlan plan;
  private final Map<Long, Answer> jobs = new TreeMap<>();

  /** Reads what the plan lacks when all jobs of PowerJob have been added to it. */
  GoneJobs(SchedulerClient client, String app, ImportPlan plan) {
    this.client = client;
    this.app = app;
    this.plan = plan;
    plan.missing().forEach(this::read);
  }

  private void read(long number, String name) {
    Answer job = client.get(path(name));
    jobs.put(number, job);
    plan.addGone(number, powerJobName(job), isEnabled(job));
  }

  /** Disables those that still belong to the import. */
  void disable() {
    jobs.forEach(
        (number, job) -> {
          ObjectNode document = job.body().deepCopy();
          if (isEnabled(job)
              && document.at("/status/owner").asText(ImportFiles.OWNER).equals(ImportFiles.OWNER)) {
            client.putIfAt(
                job.etag(), path(document.path("name").asText()), document.put("enabled", false));
            plan.addGone(number, powerJobName(job), false);
          }
        });
  }

  private static boolean isEnabled(Answer job) {
    return job.body().path("enabled").asBoolean(true);
  }

  private static String powerJobName(Answer job) {
    return job.body().path("processor").path("jobName").asText(job.body().path("name").asText());
  }

  private String path(String job) {
    return SchedulerClient.appPath(app) + "/jobs/" + SchedulerClient.encoded(job);
  }
}
