package dev.orrery.scheduler.model.job;

import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.rest.DocumentChange;
import dev.orrery.scheduler.http.rest.PageRows;
import dev.orrery.scheduler.http.rest.Preconditions;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.job.document.JobDocument;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/** Writes and reads the jobs of an app. */
@ApplicationScoped
public class JobService {
  private static final String WHAT = "job";

  private final JobStore store;
  private final TriggerStore triggers;
  private final JobWatchStore watches;
  private final JobWriter writer;
  private final JobQuota quota;
  private final HintBus hints;

  JobService(
      JobStore store,
      TriggerStore triggers,
      JobWatchStore watches,
      JobWriter writer,
      JobQuota quota,
      HintBus hints) {
    this.store = store;
    this.triggers = triggers;
    this.watches = watches;
    this.writer = writer;
    this.quota = quota;
    this.hints = hints;
  }

  /** The result of a PUT. */
  record Written(Job job, DocumentChange change) {}

  /**
   * Creates the job or a new version of it; an identical document changes nothing.
   *
   * @param author author of a new version
   * @throws ProblemException {@code INVALID}, {@code PRECONDITION_FAILED}; nothing is changed then
   */
  Written put(int appId, JobDocument document, Preconditions preconditions, AuthorView author) {
    return published(write(appId, document, preconditions, author));
  }

  private Written published(Written written) {
    if (written.change().change() != DocumentChange.Kind.NONE) {
      hints.jobsChanged();
      hints.unblock(Set.of(written.job().id()));
    }
    return written;
  }

  /**
   * Creates a job with the first free name out of {@code name}, {@code name-2} and so on.
   *
   * @param name leaves room for the number
   * @param document returns the document for a name; called once
   * @throws ProblemException {@code INVALID}; nothing is changed then
   */
  public Job create(
      int appId, String name, Function<String, JobDocument> document, AuthorView author) {
    return published(writeNew(appId, name, document, author)).job();
  }

  @Transactional
  Written writeNew(
      int appId, String name, Function<String, JobDocument> document, AuthorView author) {
    App.locked(appId);
    return write(appId, document.apply(store.freeName(appId, name)), Preconditions.NONE, author);
  }

  /**
   * Changes a job from what is stored, so that no other edit is lost.
   *
   * @param change returns the new document, with the same name; called once
   * @return empty if the app has no such job
   * @throws ProblemException {@code INVALID}; nothing is changed then
   */
  public Optional<Job> change(
      int appId, long id, Function<Job, JobDocument> change, AuthorView author) {
    return writeChange(appId, id, change, author).map(this::published).map(Written::job);
  }

  @Transactional
  Optional<Written> writeChange(
      int appId, long id, Function<Job, JobDocument> change, AuthorView author) {
    App.locked(appId);
    return find(appId, id)
        .map(stored -> write(appId, change.apply(stored), Preconditions.NONE, author));
  }

  private Optional<Job> find(int appId, long id) {
    return store.inOrder(appId, List.of(id)).rows().stream().findFirst();
  }

  @Transactional
  Written write(int appId, JobDocument document, Preconditions preconditions, AuthorView author) {
    App app = App.locked(appId);
    Optional<Job> before = store.find(appId, document.name());
    DocumentChange change = change(appId, before, document, preconditions);
    if (change.change() == DocumentChange.Kind.NONE) {
      return new Written(before.orElseThrow(), change);
    }
    AffectedJobs affected = new AffectedJobs();
    Job written = writer.write(app, before, document, author, affected);
    writer.finish(affected);
    return new Written(written, change);
  }

  /**
   * The change that {@link #put} would make.
   *
   * @param trigger the resulting state of the trigger, as if the job were enabled and not paused;
   *     empty if the document has no trigger
   * @param now the database's clock, to the millisecond
   */
  public record DryRun(DocumentChange change, Optional<TriggerState> trigger, Instant now) {}

  @Transactional
  DryRun dryRun(int appId, JobDocument document, Preconditions preconditions) {
    Optional<Job> before = store.find(appId, document.name());
    DocumentChange change = change(appId, before, document, preconditions);
    return new DryRun(change, writer.stateAfter(before, document), store.now());
  }

  /** Deletes the job; its history stays, and its name can be used again. */
  void delete(int appId, String name, Preconditions preconditions) {
    publishRemoval(remove(appId, name, preconditions));
  }

  /**
   * Deletes a job by its id.
   *
   * @return false if the app has no such job
   */
  public boolean delete(int appId, long id) {
    Optional<Long> removed = remove(appId, id);
    removed.ifPresent(this::publishRemoval);
    return removed.isPresent();
  }

  private void publishRemoval(long id) {
    hints.jobsChanged();
    hints.unblock(Set.of(id));
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
    watches.removeAllOf(appId);
    return all;
  }

  @Transactional
  public Instant now() {
    return store.now();
  }

  @Transactional
  long remove(int appId, String name, Preconditions preconditions) {
    App.locked(appId);
    Job stored = get(appId, name);
    preconditions.require(Optional.of(stored.etag()), WHAT);
    return remove(stored);
  }

  @Transactional
  Optional<Long> remove(int appId, long id) {
    App.locked(appId);
    return find(appId, id).map(this::remove);
  }

  private long remove(Job stored) {
    AffectedJobs affected = new AffectedJobs();
    writer.delete(List.of(stored.id()), affected);
    writer.finish(affected);
    return stored.id();
  }

  @Transactional
  Job get(int appId, String name) {
    return store.find(appId, name).orElseThrow(() -> store.notFound(appId, name));
  }

  /**
   * A job with the state of its trigger.
   *
   * @param trigger empty if the job has none
   * @param now the database's clock, to the millisecond
   */
  public record Triggered(Job job, Optional<TriggerState> trigger, Instant now) {}

  @Transactional
  public Triggered getTriggered(int appId, String name) {
    Job job = get(appId, name);
    return new Triggered(job, triggers.find(job.id()), store.now());
  }

  /** Returns jobs by name, after {@code afterName}. */
  @Transactional
  public PageRows<Job> list(int appId, String afterName, int limit) {
    return store.list(appId, afterName, limit);
  }

  /** Returns the existing jobs of an app with these ids, in the order of the ids. */
  @Transactional
  public PageRows<Job> inOrder(int appId, List<Long> ids) {
    return store.inOrder(appId, ids);
  }

  /** Returns jobs of all apps, after the cursor. */
  @Transactional
  PageRows<AppJob> listAll(JobCursor after, int limit) {
    return store.pageOfAll(after, limit);
  }

  @Transactional
  public Optional<Job> find(int appId, String name) {
    return store.find(appId, name);
  }

  /**
   * Visits the existing jobs with these names, by name. Only a few are in memory together, unless
   * the visitor keeps them.
   */
  @Transactional
  public void visitNamed(int appId, Collection<String> names, Consumer<Job> visitor) {
    store.visitNamed(appId, names, visitor);
  }

  /**
   * Returns the jobs of an owner except the ones with these names.
   *
   * @param declared whether also those that an application has declared
   * @param mostNames the maximum number of names in the result
   */
  @Transactional
  public PrunedJobs ownedExcept(
      int appId, String owner, Collection<String> names, boolean declared, int mostNames) {
    return store.ownedExcept(appId, owner, names, declared, mostNames);
  }

  /** Returns the versions of a job below {@code before}, newest first. */
  @Transactional
  PageRows<JobVersionView> versions(int appId, String name, int before, int limit) {
    get(appId, name);
    return store.versions(appId, name, before, limit);
  }

  private DocumentChange change(
      int appId, Optional<Job> before, JobDocument document, Preconditions preconditions) {
    preconditions.require(before.map(Job::etag), WHAT);
    if (before.isEmpty()) {
      quota.requireRoom(appId, "name", 1, 0);
    }
    return writer.comparison(appId, List.of(document), List.of()).change(before, document);
  }
}
