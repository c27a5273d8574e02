package dev.orrery.scheduler.model.job.apply;

import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.http.problem.ProblemException;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.job.AffectedJobs;
import dev.orrery.scheduler.model.job.Job;
import dev.orrery.scheduler.model.job.JobQuota;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.job.JobWriter;
import dev.orrery.scheduler.model.job.PrunedJobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
   * Makes all changes of a file, or none.
   *
   * @param author author of the new versions
   * @throws ProblemException {@code INVALID}, {@code PRECONDITION_FAILED}; nothing is changed then
   */
  JobApplyPlan apply(int appId, JobApplyRequest request, AuthorView author) {
    Applied applied = write(appId, request, author);
    if (!applied.changed().isEmpty()) {
      hints.jobsChanged();
      hints.unblock(applied.changed());
    }
    return applied.plan();
  }

  /** Returns the plan of {@link #apply} without any change. */
  @Transactional
  JobApplyPlan dryRun(int appId, JobApplyRequest request) {
    return JobApplyPlan.of(edits(appId, request), request.owner(), JobEdit::before);
  }

  /**
   * @param changed ids of the jobs that were written or deleted
   */
  record Applied(JobApplyPlan plan, List<Long> changed) {}

  @Transactional
  Applied write(int appId, JobApplyRequest request, AuthorView author) {
    App app = App.locked(appId);
    JobFileEdits edits = edits(appId, request);
    List<Long> deleted = edits.pruned().ids();
    writer.lock(
        Stream.concat(
                edits.named().stream()
                    .filter(edit -> !edit.changesNothing())
                    .flatMap(edit -> edit.before().stream())
                    .map(StoredVersion::id),
                deleted.stream())
            .toList());
    Map<String, StoredVersion> after = new HashMap<>();
    List<Long> owned = new ArrayList<>();
    List<Long> changed = new ArrayList<>();
    AffectedJobs affected = new AffectedJobs();
    for (JobEdit edit : edits.named()) {
      edit.before().ifPresent(version -> after.put(edit.name(), version));
      if (edit.writesDocument()) {
        // Reads the stored document again, because the plan keeps no documents.
        Job job =
            writer.write(app, jobs.find(appId, edit.name()), edit.document(), author, affected);
        after.put(edit.name(), StoredVersion.of(job));
        changed.add(job.id());
      }
      if (edit.adopted() || (edit.before().isEmpty() && request.owner() != null)) {
        owned.add(after.get(edit.name()).id());
      }
    }
    if (!owned.isEmpty()) {
      writer.setOwner(owned, request.owner());
    }
    if (!deleted.isEmpty()) {
      writer.delete(deleted, affected);
      changed.addAll(deleted);
    }
    writer.finish(affected);
    return new Applied(
        JobApplyPlan.of(
            edits, request.owner(), edit -> Optional.ofNullable(after.get(edit.name()))),
        changed);
  }

  private JobFileEdits edits(int appId, JobApplyRequest request) {
    PrunedJobs pruned =
        request.prune()
            ? jobs.ownedExcept(
                appId, request.owner(), request.names(), JobApplyPlan.MAX_LISTED_DELETIONS)
            : PrunedJobs.NONE;
    JobApplyPlanner planner =
        new JobApplyPlanner(
            request, writer.comparison(appId, request.documents(), pruned.ids())::change);
    jobs.visitNamed(appId, request.names(), planner::compare);
    JobFileEdits edits = new JobFileEdits(planner.edits(), pruned);
    quota.requireRoom(appId, "jobs", edits.created(), pruned.ids().size());
    return edits;
  }
}
