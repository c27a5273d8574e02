package dev.orrery.scheduler.model.job.declaration;

import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore;
import dev.orrery.scheduler.base.housekeeping.HousekeepingChore.Schedule;
import dev.orrery.scheduler.base.housekeeping.HousekeepingSource;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.job.Job;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.job.JobWriter;
import dev.orrery.scheduler.model.job.declaration.DeclarationStore.Retiring;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Disables jobs that their owners no longer declare. Deletes and cancels nothing. */
@ApplicationScoped
public class UndeclaredJobs implements HousekeepingSource {
  private static final Logger LOG = Logger.getLogger(UndeclaredJobs.class);
  private static final int PAGE_SIZE = 100;

  private final DeclarationStore store;
  private final DeclarationConfig config;
  private final JobService jobs;
  private final JobWriter writer;
  private final HintBus hints;

  UndeclaredJobs(
      DeclarationStore store,
      DeclarationConfig config,
      JobService jobs,
      JobWriter writer,
      HintBus hints) {
    this.store = store;
    this.config = config;
    this.jobs = jobs;
    this.writer = writer;
    this.hints = hints;
  }

  /** Disables all jobs whose grace is over; blocks. */
  public void retire() {
    boolean changed = false;
    long after = -1;
    List<Retiring> page;
    do {
      page = page(after);
      for (Retiring job : page) {
        changed |= isRetired(job);
        after = job.id();
      }
    } while (page.size() == PAGE_SIZE);
    if (changed) {
      hints.jobsChanged();
    }
  }

  @Transactional
  List<Retiring> page(long after) {
    return store.retiring(config.grace(), after, PAGE_SIZE);
  }

  private boolean isRetired(Retiring job) {
    try {
      if (!retire(job)) {
        return false;
      }
    } catch (ProblemException e) {
      LOG.warnf(
          "Failed to disable a job that is no longer declared; retrying in a minute: app=%s"
              + " job=%s owner=%s reason=%s",
          job.app(), job.name(), job.owner(), e.problem().detail());
      return false;
    }
    LOG.infof(
        "Disabled a job that its owner no longer declares: app=%s job=%s owner=%s version=%s"
            + " grace=%s",
        job.app(), job.name(), job.owner(), job.version(), config.grace());
    return true;
  }

  /** Returns false if the job need not be disabled any more, or this release cannot read it. */
  @Transactional
  boolean retire(Retiring job) {
    App app = App.locked(job.appId());
    Optional<Job> stored =
        jobs.find(job.appId(), job.name()).filter(found -> found.id() == job.id());
    if (stored.filter(Job::isReadable).isEmpty() || !store.isRetiring(job.id(), config.grace())) {
      return false;
    }
    writer.retire(app, stored.get());
    store.retire(job.id());
    return true;
  }

  /**
   * Disables jobs in the transaction of the caller, which holds the lock of the app and those of
   * the jobs. What a person disables, enables or edits afterwards stays: only a declaration that
   * has the job changes it again.
   */
  public void switchOff(App app, List<LackedJob> off) {
    for (LackedJob job : off) {
      jobs.find(app.id, job.name())
          .filter(stored -> stored.isReadable() && stored.document().enabled())
          .ifPresent(stored -> writer.retire(app, stored));
      store.retire(job.id());
    }
  }

  @Transactional
  void forget() {
    store.forgetWithoutJobs();
  }

  @Override
  public List<HousekeepingChore> chores(RetentionConfig retention) {
    return List.of(
        new HousekeepingChore("undeclared jobs", Schedule.EVERY_MINUTE, this::retire),
        new HousekeepingChore("declarations without jobs", Schedule.HOURLY, this::forget));
  }
}
