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
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

  /** New jobs that are enabled at PowerJob: enabled when their numbers are stored. */
  private final Set<String> held = new HashSet<>();

  ImportApplier(
      SchedulerClient client, ImportPlan plan, ImportFiles files, Consumer<String> progress) {
    this.client = client;
    this.applier = new JobsFileApplier(client);
    this.plan = plan;
    this.files = files;
    this.progress = progress;
  }

  /**
   * Creates new jobs disabled, and enables them when their numbers are stored and the jobs that are
   * gone are disabled. An import that is cut before leaves no job enabled whose number the next one
   * does not find.
   *
   * @param stored the numbers from which the plan was made
   * @return the names of the jobs by change, such as {@code create}
   */
  Map<String, List<String>> apply(
      String app, StoredNumbers stored, GoneJobs gone, List<Path> written) {
    for (Path file : written) {
      check(file);
      progress.accept(file + " checked");
    }
    Map<String, String> changes = new TreeMap<>();
    for (Path file : written) {
      apply(heldBack(AppJobs.of(JobsFile.read(file))), changes);
      progress.accept(file + " applied");
    }
    stored.replace(client, app, plan.numbers());
    if (plan.enables()) {
      gone.disable();
    }
    for (Path file : written) {
      AppJobs jobs = AppJobs.of(JobsFile.read(file));
      if (jobs.jobs().keySet().stream().anyMatch(held::contains)) {
        apply(jobs, changes);
        progress.accept(file + " enabled");
      }
    }
    Map<String, List<String>> names = new TreeMap<>();
    changes.forEach(
        (job, change) -> names.computeIfAbsent(change, key -> new ArrayList<>()).add(job));
    return names;
  }

  private void apply(AppJobs jobs, Map<String, String> changes) {
    applier
        .apply(applier.plan(jobs))
        .jobs()
        .forEach(
            job ->
                changes.merge(
                    job.name(),
                    job.change(),
                    (before, after) -> before.equals("none") ? after : before));
  }

  private AppJobs heldBack(AppJobs jobs) {
    Map<String, AppJobs.Job> documents = new LinkedHashMap<>(jobs.jobs());
    documents.replaceAll(
        (name, job) ->
            held.contains(name)
                ? new AppJobs.Job(
                    job.document().<ObjectNode>deepCopy().put(ENABLED, false), job.file())
                : job);
    return new AppJobs(jobs.app(), jobs.owner(), jobs.files(), documents);
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

  private boolean keepEnabled(JobsFileApplier.Plan checked, AppJobs jobs) {
    boolean kept = false;
    for (JobsFileApplier.PlannedJob job : checked.jobs()) {
      ObjectNode document = (ObjectNode) jobs.jobs().get(job.name()).document();
      boolean enables = document.path(ENABLED).asBoolean();
      if (enables && plan.isNew(job.name()) && !isEnabled(jobs.app(), job, true)) {
        held.add(job.name());
      } else if (!enables && isEnabled(jobs.app(), job, false)) {
        document.put(ENABLED, true);
        kept = true;
      }
    }
    return kept;
  }

  /**
   * Returns true if a job is enabled at the scheduler.
   *
   * @param enables whether the planned document enables it
   */
  private boolean isEnabled(String app, JobsFileApplier.PlannedJob job, boolean enables) {
    if (job.change().equals("create")) {
      return false;
    }
    if (job.truncated()) {
      return client
          .get(SchedulerClient.appPath(app) + "/jobs/" + SchedulerClient.encoded(job.name()))
          .body()
          .path(ENABLED)
          .asBoolean(true);
    }
    return enables != job.changes(ENABLED, BooleanNode.valueOf(enables));
  }
}
