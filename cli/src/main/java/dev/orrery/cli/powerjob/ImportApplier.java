package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.apply.AppJobs;
import dev.orrery.cli.apply.JobsFile;
import dev.orrery.cli.apply.JobsFileApplier;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Applies the job files of an import. All are checked by dry runs before the first one is applied.
 * A job that the scheduler refuses is removed from its file, and a job that a user has enabled
 * stays enabled.
 */
final class ImportApplier {
  private static final String ENABLED = "enabled";

  private final SchedulerClient client;
  private final JobsFileApplier applier;
  private final ImportPlan plan;
  private final ImportFiles files;
  private final Consumer<String> progress;

  ImportApplier(
      SchedulerClient client, ImportPlan plan, ImportFiles files, Consumer<String> progress) {
    this.client = client;
    this.applier = new JobsFileApplier(client);
    this.plan = plan;
    this.files = files;
    this.progress = progress;
  }

  /** Returns the names of the jobs by change: {@code create}, {@code update}, {@code none}. */
  Map<String, List<String>> apply(String app, List<Path> written) {
    for (Path file : written) {
      check(file);
      progress.accept(file + " checked");
    }
    Map<String, List<String>> changes = new TreeMap<>();
    for (Path file : written) {
      applier
          .apply(applier.plan(AppJobs.of(JobsFile.read(file))))
          .jobs()
          .forEach(
              job ->
                  changes
                      .computeIfAbsent(job.change(), change -> new ArrayList<>())
                      .add(job.name()));
      progress.accept(file + " applied");
    }
    client.put(SchedulerClient.appPath(app) + "/powerjob/numbers", plan.numbers());
    return changes;
  }

  /** Leaves in the file what the scheduler takes. */
  private void check(Path file) {
    AppJobs jobs = AppJobs.of(JobsFile.read(file));
    boolean changed = false;
    while (true) {
      try {
        JobsFileApplier.Plan checked = applier.plan(jobs);
        applier.requireMayCreate(List.of(checked));
        changed |= keepEnabled(checked, jobs);
        break;
      } catch (ApiException e) {
        Map<String, String> refused = refused(e);
        refused.forEach(plan::refuse);
        Map<String, AppJobs.Job> kept = new LinkedHashMap<>(jobs.jobs());
        if (!kept.keySet().removeAll(refused.keySet())) {
          throw e;
        }
        jobs = new AppJobs(jobs.app(), jobs.owner(), jobs.files(), kept);
        changed = true;
      }
    }
    if (changed) {
      files.write(file, jobs.jobs().values().stream().map(AppJobs.Job::document).toList());
    }
  }

  /**
   * Returns the reasons by job.
   *
   * @throws ApiException if the refusal is not of jobs alone
   */
  private static Map<String, String> refused(ApiException refusal) {
    JsonNode problem = refusal.problem();
    Map<String, String> reasons = new LinkedHashMap<>();
    for (JsonNode error : problem.path("errors")) {
      if (!error.has("job")) {
        throw refusal;
      }
      reasons.putIfAbsent(error.path("job").asText(), error.path("message").asText());
    }
    if (problem.has("job")) {
      reasons.putIfAbsent(problem.path("job").asText(), problem.path("detail").asText());
    }
    if (reasons.isEmpty()) {
      throw refusal;
    }
    return reasons;
  }

  private static boolean keepEnabled(JobsFileApplier.Plan checked, AppJobs jobs) {
    List<String> disabled =
        checked.jobs().stream()
            .filter(job -> job.changes(ENABLED, BooleanNode.FALSE))
            .map(JobsFileApplier.PlannedJob::name)
            .toList();
    disabled.forEach(name -> ((ObjectNode) jobs.jobs().get(name).document()).put(ENABLED, true));
    return !disabled.isEmpty();
  }
}
