package dev.orrery.scheduler.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.app.App;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.job.document.JobDocument;
import dev.orrery.scheduler.job.document.TriggerDocument;
import dev.orrery.scheduler.problem.ProblemException;
import dev.orrery.scheduler.rest.DocumentChange;
import dev.orrery.scheduler.rest.Preconditions;
import dev.orrery.scheduler.trigger.InvalidTriggerException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** Writes and reads the jobs of an app. */
@ApplicationScoped
public class JobService {
  private static final String WHAT = "job";

  private final JobStore store;
  private final TriggerStore triggers;
  private final ObjectMapper json;
  private final HintBus hints;

  JobService(JobStore store, TriggerStore triggers, ObjectMapper json, HintBus hints) {
    this.store = store;
    this.triggers = triggers;
    this.json = json;
    this.hints = hints;
  }

  /** The result of a PUT. */
  record Written(Job job, DocumentChange change) {}

  /**
   * Creates the job or a new version of it; an identical document is a no-op.
   *
   * @throws ProblemException {@code INVALID}, {@code PRECONDITION_FAILED}; nothing is changed then
   */
  Written put(int appId, JobDocument document, Preconditions preconditions) {
    Written written = write(appId, document, preconditions);
    if (written.change().change() != DocumentChange.Kind.NONE) {
      hints.jobsChanged();
      hints.unblock(Set.of(written.job().id()));
    }
    return written;
  }

  @Transactional
  Written write(int appId, JobDocument document, Preconditions preconditions) {
    App app = App.locked(appId);
    Optional<Job> before = store.find(appId, document.name());
    DocumentChange change = change(before, document, preconditions);
    if (change.change() == DocumentChange.Kind.NONE) {
      return new Written(before.orElseThrow(), change);
    }
    JobEntity job =
        before
            .map(stored -> JobEntity.<JobEntity>findById(stored.id()))
            .orElseGet(() -> JobEntity.created(appId, document.name()));
    job.versionId = addVersion(job, document, before.map(Job::version).orElse(0) + 1);
    JobEntity.flush();
    writeTrigger(job.id, before.map(Job::document), document, app.paused || job.paused);
    writeConcurrency(job.id, before.map(Job::document), document);
    return new Written(get(appId, document.name()), change);
  }

  /** Returns the change that {@link #put} would make. */
  @Transactional
  DocumentChange dryRun(int appId, JobDocument document, Preconditions preconditions) {
    return change(store.find(appId, document.name()), document, preconditions);
  }

  /** Removes the job; its history stays, and its name can be used again. */
  void delete(int appId, String name, Preconditions preconditions) {
    long removed = remove(appId, name, preconditions);
    hints.jobsChanged();
    hints.unblock(Set.of(removed));
  }

  /**
   * Deletes all jobs of an app, as part of the caller's transaction, which holds the lock of the
   * app. The caller cancels their instances.
   *
   * @return all jobs that the app ever had: deleted ones may still have instances
   */
  @Transactional
  public List<Long> deleteAllOf(int appId) {
    List<Long> all = store.jobsEverOf(appId);
    store.scheduleRecheck(all);
    store.deleteAllOf(appId);
    triggers.lockAllOf(appId);
    triggers.deleteAllOf(appId);
    return all;
  }

  /** The database's clock, to the millisecond. */
  @Transactional
  public Instant now() {
    return store.now();
  }

  @Transactional
  long remove(int appId, String name, Preconditions preconditions) {
    App.locked(appId);
    Job stored = get(appId, name);
    preconditions.require(Optional.of(stored.etag()), WHAT);
    store.scheduleRecheck(List.of(stored.id()));
    JobEntity job = JobEntity.findById(stored.id());
    job.deletedAt = store.now();
    JobEntity.flush();
    triggers.lock(job.id);
    triggers.delete(job.id);
    store.cancelWaitingOfDeleted(List.of(job.id));
    return job.id;
  }

  @Transactional
  Job get(int appId, String name) {
    return store.find(appId, name).orElseThrow(() -> store.notFound(appId, name));
  }

  /** Jobs by name, those behind {@code afterName}. */
  @Transactional
  List<Job> list(int appId, String afterName, int limit) {
    return store.page(appId, afterName, limit);
  }

  /** What the job's document was, newest first; those before a version. */
  @Transactional
  List<JobVersionView> versions(int appId, String name, int before, int limit) {
    get(appId, name);
    return store.versions(appId, name, before, limit);
  }

  private DocumentChange change(
      Optional<Job> before, JobDocument document, Preconditions preconditions) {
    preconditions.require(before.map(Job::etag), WHAT);
    requireSoundTrigger(before, document);
    return DocumentChange.between(before.map(stored -> tree(stored.document())), tree(document));
  }

  /**
   * Only a new or changed trigger must fire and have one meaning. A stored trigger may have ended,
   * or be older than dialects.
   */
  private void requireSoundTrigger(Optional<Job> before, JobDocument document) {
    Optional<TriggerDocument> trigger = document.triggerIfAny();
    if (trigger.isEmpty()
        || before.flatMap(stored -> stored.document().triggerIfAny()).equals(trigger)) {
      return;
    }
    try {
      trigger.get().toTrigger().requireSound(store.now());
    } catch (InvalidTriggerException e) {
      throw ProblemException.invalid("trigger." + e.field(), e.getMessage());
    }
  }

  private long addVersion(JobEntity job, JobDocument document, int number) {
    JobVersionEntity version = new JobVersionEntity();
    version.jobId = job.id;
    version.version = number;
    version.document = tree(document).toString();
    version.laneId =
        store.lane(job.appId, document.processor().offerName(), document.requiredTags());
    version.priority = (short) document.priority();
    version.timeout = document.timeout();
    version.persistAndFlush();
    return version.id;
  }

  /** After the trigger, here as everywhere. */
  private void writeConcurrency(long jobId, Optional<JobDocument> before, JobDocument after) {
    boolean had = before.filter(JobDocument::needsConcurrencyRow).isPresent();
    Integer limit = before.map(JobDocument::concurrency).orElse(null);
    if (after.needsConcurrencyRow() && !(had && Objects.equals(limit, after.concurrency()))) {
      store.writeConcurrency(jobId, after.concurrency());
    } else if (had && !after.needsConcurrencyRow()) {
      store.removeConcurrency(jobId);
    }
  }

  private void writeTrigger(
      long jobId, Optional<JobDocument> before, JobDocument after, boolean paused) {
    boolean wasEnabled = before.map(JobDocument::enabled).orElse(true);
    Optional<TriggerDocument> was = before.flatMap(JobDocument::triggerIfAny);
    Optional<TriggerDocument> is = after.triggerIfAny();
    if (was.equals(is) && wasEnabled == after.enabled()) {
      if (before.filter(old -> old.priority() != after.priority()).isPresent()) {
        triggers.setPriority(jobId, after.priority());
      }
      return;
    }
    Optional<TriggerState> state = triggers.lock(jobId);
    if (is.isEmpty()) {
      triggers.delete(jobId);
    } else {
      Instant now = store.now();
      boolean fires = after.enabled() && !paused;
      boolean ownRunActive = triggers.ownRunActive(List.of(jobId)).contains(jobId);
      TriggerState written =
          state
              .filter(old -> was.isPresent())
              .map(old -> old.edited(was.get(), is.get(), fires, ownRunActive, now))
              .orElseGet(() -> TriggerState.written(is.get(), fires, now));
      triggers.write(List.of(new TriggerStore.Row(jobId, after.priority(), written)));
    }
    if (wasEnabled && !after.enabled()) {
      store.cancelWaitingOfTrigger(jobId);
    }
  }

  private JsonNode tree(JobDocument document) {
    return json.valueToTree(document);
  }
}
