package dev.orrery.scheduler.job.apply;

import dev.orrery.scheduler.app.App;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.job.AffectedJobs;
import dev.orrery.scheduler.job.Job;
import dev.orrery.scheduler.job.JobQuota;
import dev.orrery.scheduler.job.JobService;
import dev.orrery.scheduler.job.JobWriter;
import dev.orrery.scheduler.job.apply.JobApplyPlan.PlannedJob;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.security.AuthorView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Applies files of jobs, each in one transaction. */
@ApplicationScoped
class JobApplyService {
  private final JobService jobs;
  private final JobWriter writer;
  private final JobQuota quota;
  private final HintBus hints;

  JobApplyService(JobService jobs, JobWriter writer, JobQuota quota, HintBus hints) {
    this.jobs = jobs;
    this.writer = writer;
    this.quota = quota;
    this.hints = hints;
  }

  /**
   * Carries out all changes of a file, or none.
   *
   * @param author author of the new versions
   * @throws ProblemException {@code INVALID}, {@code PRECONDITION_FAILED}, and nothing is changed
   */
  JobApplyPlan apply(int appId, JobApplyRequest request, AuthorView author) {
    Applied applied = write(appId, request, author);
    if (!applied.changed().isEmpty()) {
      hints.jobsChanged();
      hints.unblock(applied.changed());
    }
    return applied.plan();
  }

  /** Returns the plan that {@link #apply} would carry out. */
  @Transactional
  JobApplyPlan dryRun(int appId, JobApplyRequest request) {
    return new JobApplyPlan(
        edits(appId, request).stream()
            .map(edit -> PlannedJob.of(edit.name(), edit.change(request.owner()), edit.before()))
            .toList());
  }

  /**
   * @param changed ids of the jobs that were written or deleted
   */
  record Applied(JobApplyPlan plan, List<Long> changed) {}

  @Transactional
  Applied write(int appId, JobApplyRequest request, AuthorView author) {
    App app = App.locked(appId);
    List<JobEdit> edits = edits(appId, request);
    writer.lock(ids(edits.stream().filter(edit -> !edit.changesNothing()).toList()));
    Map<String, Job> after = new HashMap<>();
    List<Long> owned = new ArrayList<>();
    List<Long> changed = new ArrayList<>();
    AffectedJobs affected = new AffectedJobs();
    for (JobEdit edit : edits) {
      edit.before().filter(job -> !edit.deletes()).ifPresent(job -> after.put(edit.name(), job));
      if (edit.writesDocument()) {
        Job job = writer.write(app, edit.before(), edit.document(), author, affected);
        after.put(edit.name(), job);
        changed.add(job.id());
      }
      if (edit.adopted() || (edit.before().isEmpty() && request.owner() != null)) {
        owned.add(after.get(edit.name()).id());
      }
    }
    if (!owned.isEmpty()) {
      writer.setOwner(owned, request.owner());
    }
    List<Long> deleted = ids(edits.stream().filter(JobEdit::deletes).toList());
    if (!deleted.isEmpty()) {
      writer.delete(deleted, affected);
      changed.addAll(deleted);
    }
    writer.finish(affected);
    return new Applied(
        new JobApplyPlan(
            edits.stream()
                .map(
                    edit ->
                        PlannedJob.of(
                            edit.name(),
                            edit.change(request.owner()),
                            Optional.ofNullable(after.get(edit.name()))))
                .toList()),
        changed);
  }

  private List<JobEdit> edits(int appId, JobApplyRequest request) {
    List<Job> stored =
        jobs.namedOrOwned(appId, request.names(), request.prune() ? request.owner() : null);
    List<JobEdit> edits = new JobApplyPlanner(request, stored, writer::change).edits();
    int created = (int) edits.stream().filter(edit -> edit.before().isEmpty()).count();
    int deleted = (int) edits.stream().filter(JobEdit::deletes).count();
    quota.requireRoom(appId, "jobs", created, deleted);
    return edits;
  }

  private static List<Long> ids(List<JobEdit> edits) {
    return edits.stream().flatMap(edit -> edit.before().stream()).map(Job::id).toList();
  }
}
