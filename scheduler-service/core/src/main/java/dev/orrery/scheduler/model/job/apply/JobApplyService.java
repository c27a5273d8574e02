package dev.orrery.scheduler.model.job.apply;

import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.job.AffectedJobs;
import dev.orrery.scheduler.model.job.Job;
import dev.orrery.scheduler.model.job.JobQuota;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.job.JobWriter;
import dev.orrery.scheduler.model.job.PrunedJobs;
import dev.orrery.scheduler.model.job.apply.JobApplyPlan.PlannedJob;
import dev.orrery.scheduler.model.job.declaration.DeclarationService;
import dev.orrery.scheduler.model.job.declaration.LackedJob;
import dev.orrery.scheduler.model.job.declaration.UndeclaredJobs;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Applies files of jobs, each in one transaction. */
@ApplicationScoped
class JobApplyService {
  private static final Logger LOG = Logger.getLogger(JobApplyService.class);
  private final JobService jobs;
  private final JobWriter writer;
  private final JobQuota quota;
  private final DeclarationService declarations;
  private final UndeclaredJobs undeclared;
  private final HintBus hints;

  JobApplyService(
      JobService jobs,
      JobWriter writer,
      JobQuota quota,
      DeclarationService declarations,
      UndeclaredJobs undeclared,
      HintBus hints) {
    this.jobs = jobs;
    this.writer = writer;
    this.quota = quota;
    this.declarations = declarations;
    this.undeclared = undeclared;
    this.hints = hints;
  }

  /**
   * Makes all changes of a file, or none.
   *
   * @param author author of the new versions
   * @throws ProblemException {@code INVALID}, {@code PRECONDITION_FAILED}, {@code FORBIDDEN};
   *     nothing is changed then
   */
  JobApplyPlan apply(int appId, JobApplyRequest request, AuthorView author) {
    Optional<JobApplyPlan> renewed = renewed(appId, request);
    if (renewed.isPresent()) {
      return withOthers(appId, request, renewed.get());
    }
    Applied applied = write(appId, request, author);
    if (!applied.changed().isEmpty()) {
      hints.jobsChanged();
      hints.unblock(applied.changed());
    }
    JobApplyPlan plan = applied.plan();
    if (plan.declaration() != null && !plan.declaration().off().isEmpty()) {
      LOG.infof(
          "Disabled jobs whose code declares them no longer: app=%d owner=%s version=%s jobs=%s",
          appId, request.owner(), plan.declaration().inForce(), plan.declaration().off());
    }
    return withOthers(appId, request, plan);
  }

  /** Returns the plan of {@link #apply} without any change. */
  @Transactional
  JobApplyPlan dryRun(int appId, JobApplyRequest request) {
    return left(appId, request)
        .orElseGet(
            () ->
                plan(
                    request,
                    JobApplyPlan.of(edits(appId, request), request.owner(), JobEdit::before),
                    lacked(appId, request)));
  }

  private JobApplyPlan withOthers(int appId, JobApplyRequest request, JobApplyPlan plan) {
    return request.declaration() == null
        ? plan
        : plan.withOthers(declarations.ofOthers(appId, request.owner(), request.declaredNames()));
  }

  private Optional<JobApplyPlan> renewed(int appId, JobApplyRequest request) {
    return Optional.ofNullable(request.declaration())
        .filter(JobApplyRequest.Declaration::renews)
        .flatMap(
            called ->
                declarations
                    .renew(appId, request.owner(), called.version(), request.declaredNames())
                    .map(off -> JobApplyPlan.renewed(called.version(), off)));
  }

  private List<LackedJob> lacked(int appId, JobApplyRequest request) {
    return request.declaration() == null || request.prune()
        ? List.of()
        : declarations.lacked(
            appId, request.owner(), request.declaredNames(), request.declaration().code());
  }

  /** Returns the plan if the request is a declaration older than that in force. */
  private Optional<JobApplyPlan> left(int appId, JobApplyRequest request) {
    return Optional.ofNullable(request.declaration())
        .flatMap(called -> declarations.newer(appId, request.owner(), called.version()))
        .map(newer -> left(appId, request, newer));
  }

  private JobApplyPlan left(int appId, JobApplyRequest request, DeclarationVersion newer) {
    Map<String, StoredVersion> stored = new HashMap<>();
    Set<String> declared = new HashSet<>();
    jobs.visitNamed(
        appId,
        request.names(),
        job -> {
          stored.put(job.document().name(), StoredVersion.of(job));
          if (job.isDeclaredBy(request.owner())) {
            declared.add(job.document().name());
          }
        });
    return JobApplyPlan.left(
        request.names().stream()
            .map(name -> PlannedJob.left(name, stored.get(name), declared.contains(name), newer))
            .toList(),
        newer);
  }

  private JobApplyPlan plan(JobApplyRequest request, JobApplyPlan plan, List<LackedJob> lacked) {
    return request.declaration() == null
        ? plan
        : plan.declared(request.declaration().version(), lacked, declarations::end);
  }

  /**
   * @param changed ids of the jobs that were written or deleted
   */
  record Applied(JobApplyPlan plan, List<Long> changed) {}

  @Transactional
  Applied write(int appId, JobApplyRequest request, AuthorView author) {
    App app = App.locked(appId);
    Optional<JobApplyPlan> left = left(appId, request);
    if (left.isPresent()) {
      return new Applied(left.get(), List.of());
    }
    JobFileEdits edits = edits(appId, request);
    List<Long> deleted = edits.pruned().ids();
    List<LackedJob> lacked = lacked(appId, request);
    List<LackedJob> off = lacked.stream().filter(LackedJob::isOff).toList();
    List<Long> ended = Stream.concat(deleted.stream(), off.stream().map(LackedJob::id)).toList();
    writer.lock(
        Stream.concat(
                edits.named().stream()
                    .filter(edit -> !edit.changesNothing())
                    .flatMap(edit -> edit.before().stream())
                    .map(StoredVersion::id),
                ended.stream())
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
    }
    undeclared.switchOff(app, off);
    changed.addAll(ended);
    writer.finish(affected);
    if (request.declaration() != null) {
      declarations.declare(
          appId,
          request.owner(),
          request.declaration().version(),
          request.declaredNames(),
          request.declaration().code());
    }
    return new Applied(
        plan(
            request,
            JobApplyPlan.of(
                edits, request.owner(), edit -> Optional.ofNullable(after.get(edit.name()))),
            lacked),
        changed);
  }

  private JobFileEdits edits(int appId, JobApplyRequest request) {
    if (request.onlyDeclared()) {
      declarations.requireDeclared(appId, request.declaredNames());
    }
    PrunedJobs pruned =
        request.prune()
            ? jobs.ownedExcept(
                appId,
                request.owner(),
                request.names(),
                request.declaration() != null,
                JobApplyPlan.MAX_LISTED_DELETIONS)
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
