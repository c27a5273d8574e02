package dev.orrery.scheduler.model.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.job.document.JobDocument;
import dev.orrery.scheduler.model.job.document.JobSizeRule;
import dev.orrery.scheduler.model.job.document.TriggerDocument;
import dev.orrery.trigger.InvalidTriggerException;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Writes jobs inside the transaction of the caller, which holds the lock of their app. The caller
 * calls {@link #finish} once after all writes and deletions, and publishes the hints after its
 * commit.
 */
@Singleton
public class JobWriter {
  private final JobStore store;
  private final TriggerStore triggers;
  private final JobWatchStore watches;
  private final JobQuota quota;
  private final ObjectMapper json;

  JobWriter(
      JobStore store,
      TriggerStore triggers,
      JobWatchStore watches,
      JobQuota quota,
      ObjectMapper json) {
    this.store = store;
    this.watches = watches;
    this.quota = quota;
    this.triggers = triggers;
    this.json = json;
  }

  /**
   * Returns a comparison for the documents of one transaction.
   *
   * @param documents all of them
   * @param deleted the ids of the jobs that the transaction deletes
   */
  public Comparison comparison(
      int appId, Collection<JobDocument> documents, Collection<Long> deleted) {
    return new Comparison(new JobsAfterCall(store, appId, documents, deleted));
  }

  /** Compares documents with stored ones; asks the database for earlier releases at most once. */
  public final class Comparison {
    private final JobsAfterCall jobs;
    private OptionalInt replicasWithoutParents = OptionalInt.empty();

    private Comparison(JobsAfterCall jobs) {
      this.jobs = jobs;
    }

    /**
     * Compares a document with the stored one.
     *
     * @param before the stored job; empty if the job is new
     * @throws ProblemException {@code INVALID} if one of these holds:
     *     <ul>
     *       <li>a new or changed trigger never fires, or has several meanings;
     *       <li>a new or changed document is too large, or is a flow that runs itself;
     *       <li>it has parts or nodes while a replica of an earlier release is connected;
     *       <li>a flow, changed or not, needs a job that the app lacks after the transaction.
     *     </ul>
     */
    public DocumentChange change(Optional<Job> before, JobDocument document) {
      requireSoundTrigger(before, document);
      JsonNode after = tree(document);
      DocumentChange change =
          DocumentChange.between(before.map(stored -> tree(stored.document())), after);
      if (change.change() != DocumentChange.Kind.NONE) {
        JobSizeRule.require(after);
        requireReplicasKnowParents(document);
        jobs.requireSoundFlow(document);
      }
      jobs.requireJobsOfNodes(document);
      return change;
    }

    /** A replica of a release before fan-out would run the job once, as a plain one. */
    private void requireReplicasKnowParents(JobDocument document) {
      if (!document.hasChildren()) {
        return;
      }
      if (replicasWithoutParents.isEmpty()) {
        replicasWithoutParents = OptionalInt.of(store.replicasWithoutParents());
      }
      int without = replicasWithoutParents.getAsInt();
      if (without > 0) {
        String field = document.fanOut() == null ? "processor.type" : "fanOut";
        throw ProblemException.invalid(
            field,
            "'"
                + field
                + "' cannot be used yet: this database serves replicas of an earlier release ("
                + without
                + "), which cannot run parts or flows. Upgrade or stop them, then try again.");
      }
    }
  }

  /**
   * Locks several jobs before they are written one by one. The engine locks the triggers of many
   * jobs by id, and then their concurrency rows, so the locks must not be acquired job by job.
   */
  public void lock(Collection<Long> jobs) {
    store.scheduleRecheck(jobs);
    triggers.lockAll(jobs);
    store.lockConcurrency(jobs);
    watches.lock(jobs);
  }

  /**
   * Creates a job or a new version of it.
   *
   * @param before empty if there is no such job
   * @param author author of the version
   * @param affected collects the jobs for {@link #finish}
   */
  public Job write(
      App app,
      Optional<Job> before,
      JobDocument document,
      AuthorView author,
      AffectedJobs affected) {
    JobEntity job =
        before
            .map(stored -> JobEntity.<JobEntity>findById(stored.id()))
            .orElseGet(() -> JobEntity.created(app.id, document.name()));
    job.versionId = addVersion(job, document, author, before.map(Job::version).orElse(0) + 1);
    affected.addWritten(app.id, document.name());
    JobEntity.flush();
    // A managed entity would be compared again by each statement for a later job of the
    // transaction.
    JobEntity.getEntityManager().detach(job);
    // The content of an unreadable document is unknown, so all parts of the new one are written.
    boolean readable = before.map(Job::isReadable).orElse(true);
    Optional<JobDocument> oldDocument = before.map(Job::document);
    writeLabels(app.id, job.id, oldDocument.filter(old -> readable), document);
    boolean disables =
        oldDocument.filter(old -> old.enabled() || !readable).isPresent() && !document.enabled();
    boolean limits = changesConcurrency(oldDocument, readable, document);
    boolean enables = oldDocument.filter(old -> !old.enabled()).isPresent() && document.enabled();
    if (disables || enables || limits) {
      // Must precede the lock of the trigger. Enabling a job waits for a recheck that cancels.
      store.scheduleRecheck(List.of(job.id));
    }
    writeTrigger(job.id, oldDocument, readable, document, app.paused || job.paused);
    if (disables) {
      affected.addDisabled(job.id);
      watches.disable(job.id);
    }
    if (enables) {
      watches.enable(job.id);
    }
    if (limits) {
      writeConcurrency(job.id, document);
      affected.addLimited(job.id);
    }
    if (changesWatch(oldDocument, readable, document)) {
      watches.write(job.id, document);
    }
    return store.find(app.id, document.name()).orElseThrow();
  }

  private void writeLabels(int appId, long jobId, Optional<JobDocument> before, JobDocument after) {
    Map<String, String> labels = after.description().labels();
    if (!before.map(old -> old.description().labels()).equals(Optional.of(labels))) {
      store.writeLabels(appId, jobId, labels);
    }
  }

  /** Disables a job, but keeps its waiting instances: nobody asked to cancel them. */
  public void retire(App app, Job job) {
    write(
        app, Optional.of(job), job.document().disabled(), AuthorView.SCHEDULER, new AffectedJobs());
  }

  public void setOwner(Collection<Long> jobs, String owner) {
    store.setOwner(jobs, owner);
  }

  /**
   * Deletes jobs.
   *
   * @param affected collects the jobs for {@link #finish}
   */
  public void delete(Collection<Long> jobs, AffectedJobs affected) {
    store.scheduleRecheck(jobs);
    store.delete(jobs);
    triggers.lockAll(jobs);
    triggers.delete(jobs);
    watches.remove(jobs);
    affected.addDeleted(jobs);
  }

  /**
   * Applies new limits to instances, and cancels waiting instances of disabled triggers and deleted
   * jobs. Locks instances by id across all jobs, so it must not be called job by job.
   *
   * @throws ProblemException {@code INVALID} if the documents of the app are too large
   */
  public void finish(AffectedJobs affected) {
    affected.written().forEach(quota::requireRoomForDocuments);
    if (!affected.isEmpty()) {
      store.cancelFiresOf(affected.disabled());
      store.updateInstances(affected.all());
    }
  }

  /**
   * Requires that a new or changed trigger fires and is unambiguous. An unchanged trigger may have
   * ended, or be older than dialects.
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

  private long addVersion(JobEntity job, JobDocument document, AuthorView author, int number) {
    JobVersionEntity version = new JobVersionEntity();
    version.jobId = job.id;
    version.version = number;
    version.document = tree(document).toString();
    version.laneId = document.hasChildren() ? parentLane(job, document) : workerLane(job, document);
    version.partLaneId = document.fanOut() == null ? null : workerLane(job, document);
    version.priority = (short) document.priority();
    version.timeout = document.timeout();
    version.authorRole = author.role();
    version.authorToken = author.tokenId();
    version.persistAndFlush();
    JobVersionEntity.getEntityManager().detach(version);
    return version.id;
  }

  private int parentLane(JobEntity job, JobDocument document) {
    int ofAll = lane(job, document.name(), ParentLane.PROCESSOR, List.of());
    return document.fanOut() == null || !document.fanOut().broadcasts()
        ? ofAll
        : lane(
            job,
            document.name(),
            ParentLane.ofBroadcasts(document.processor().offerName()),
            document.workerTags());
  }

  private int workerLane(JobEntity job, JobDocument document) {
    return lane(job, document.name(), document.processor().offerName(), document.workerTags());
  }

  private int lane(JobEntity job, String name, String processor, List<String> tags) {
    Optional<Integer> known = store.findLane(job.appId, processor, tags);
    if (known.isPresent()) {
      return known.get();
    }
    quota.requireRoomForLane(job.appId, name);
    return store.createLane(job.appId, processor, tags);
  }

  /**
   * @param readable false if the previous document cannot be read
   */
  private static boolean changesConcurrency(
      Optional<JobDocument> before, boolean readable, JobDocument after) {
    boolean hadLimit = !readable || before.filter(JobDocument::needsConcurrencyRow).isPresent();
    Integer limit = before.map(JobDocument::concurrency).orElse(null);
    return after.needsConcurrencyRow()
        ? !(hadLimit && readable && Objects.equals(limit, after.concurrency()))
        : hadLimit;
  }

  private static boolean changesWatch(
      Optional<JobDocument> before, boolean readable, JobDocument after) {
    return !readable
        || before.map(JobDocument::enabled).orElse(true) != after.enabled()
        || !Objects.equals(before.map(JobDocument::alerts).orElse(null), after.alerts())
        || !Objects.equals(before.map(JobDocument::onFailure).orElse(null), after.onFailure());
  }

  /** Must be called after the trigger is locked, as everywhere. */
  private void writeConcurrency(long jobId, JobDocument document) {
    if (document.needsConcurrencyRow()) {
      store.writeConcurrency(jobId, document.concurrency());
    } else {
      store.removeConcurrency(jobId);
    }
  }

  private void writeTrigger(
      long jobId,
      Optional<JobDocument> before,
      boolean readable,
      JobDocument after,
      boolean paused) {
    boolean wasEnabled = before.map(JobDocument::enabled).orElse(true);
    Optional<TriggerDocument> oldTrigger = before.flatMap(JobDocument::triggerIfAny);
    Optional<TriggerDocument> newTrigger = after.triggerIfAny();
    if (readable && oldTrigger.equals(newTrigger) && wasEnabled == after.enabled()) {
      if (before.filter(old -> old.priority() != after.priority()).isPresent()) {
        triggers.setPriority(jobId, after.priority());
      }
      return;
    }
    Optional<TriggerState> state = triggers.lock(jobId);
    if (newTrigger.isEmpty()) {
      triggers.delete(List.of(jobId));
    } else {
      boolean fires = after.enabled() && !paused;
      TriggerState written = stateAfter(jobId, state, oldTrigger, newTrigger.get(), fires);
      triggers.write(List.of(new TriggerStore.Row(jobId, after.priority(), written)));
    }
  }

  /**
   * Returns the state of the trigger after the document is written, as if its job were enabled and
   * not paused; empty if the document has no trigger.
   *
   * @param before empty if there is no such job
   */
  Optional<TriggerState> stateAfter(Optional<Job> before, JobDocument document) {
    Optional<TriggerDocument> newTrigger = document.triggerIfAny();
    if (newTrigger.isEmpty()) {
      return Optional.empty();
    }
    if (before.isEmpty()) {
      return Optional.of(TriggerState.written(newTrigger.get(), true, store.now()));
    }
    long jobId = before.get().id();
    Optional<TriggerState> state = triggers.find(jobId);
    Optional<TriggerDocument> oldTrigger = before.get().document().triggerIfAny();
    return state.isPresent() && oldTrigger.equals(newTrigger)
        ? state
        : Optional.of(stateAfter(jobId, state, oldTrigger, newTrigger.get(), true));
  }

  private TriggerState stateAfter(
      long jobId,
      Optional<TriggerState> state,
      Optional<TriggerDocument> oldTrigger,
      TriggerDocument newTrigger,
      boolean fires) {
    Instant now = store.now();
    boolean ownRunActive = triggers.ownRunActive(List.of(jobId)).contains(jobId);
    return state
        .filter(old -> oldTrigger.isPresent())
        .map(old -> old.edited(oldTrigger.get(), newTrigger, fires, ownRunActive, now))
        .orElseGet(() -> TriggerState.written(newTrigger, fires, now));
  }

  private JsonNode tree(JobDocument document) {
    return json.valueToTree(document);
  }
}
