package dev.orrery.scheduler.job;

import dev.orrery.scheduler.app.App;
import dev.orrery.scheduler.hint.Hints;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;

/**
 * An operator's stop of a job or of a whole app. It is kept apart from {@code enabled}, so that
 * applying a document does not undo it: triggers make nothing, and whatever else waits is blocked.
 * Saying it twice changes nothing.
 */
@ApplicationScoped
public class Pauses {
  private static final int JOBS_AT_ONCE = 500;

  private final Jobs jobs;
  private final JobStore store;
  private final Hints hints;

  Pauses(Jobs jobs, JobStore store, Hints hints) {
    this.jobs = jobs;
    this.store = store;
    this.hints = hints;
  }

  StoredJob pauseJob(int appId, String name) {
    return tell(setJobPaused(appId, name, true));
  }

  StoredJob resumeJob(int appId, String name) {
    return tell(setJobPaused(appId, name, false));
  }

  App pauseApp(int appId) {
    return setAppPaused(appId, true);
  }

  App resumeApp(int appId) {
    App app = setAppPaused(appId, false);
    hints.jobsChanged();
    return app;
  }

  private StoredJob tell(StoredJob job) {
    hints.jobsChanged();
    hints.letIn(List.of(job.id()));
    return job;
  }

  @Transactional
  StoredJob setJobPaused(int appId, String name, boolean paused) {
    App app = App.locked(appId);
    StoredJob before = jobs.get(appId, name);
    if (before.paused() == paused) {
      return before;
    }
    JobRow job = JobRow.findById(before.id());
    job.paused = paused;
    JobRow.flush();
    store.lockTrigger(job.id);
    if (paused) {
      store.stopTriggers(List.of(job.id));
    } else if (!app.paused) {
      startTrigger(before);
    }
    store.settle(List.of(job.id));
    return jobs.get(appId, name);
  }

  @Transactional
  App setAppPaused(int appId, boolean paused) {
    App app = App.locked(appId);
    if (app.paused == paused) {
      return app;
    }
    app.paused = paused;
    App.flush();
    List<Long> all = store.jobsEverOf(appId);
    store.lockTriggersOf(appId);
    if (paused) {
      store.stopTriggers(all);
    } else {
      startTriggersOf(appId);
    }
    store.settle(all);
    return app;
  }

  private void startTriggersOf(int appId) {
    String after = "";
    List<StoredJob> page;
    do {
      page = store.page(appId, after, JOBS_AT_ONCE);
      page.stream().filter(job -> !job.paused()).forEach(this::startTrigger);
      after = page.isEmpty() ? after : page.get(page.size() - 1).document().name();
    } while (page.size() == JOBS_AT_ONCE);
  }

  /** What was to fire during the pause was never planned, so it is not missed either. */
  private void startTrigger(StoredJob job) {
    Instant now = store.now();
    JobDocument document = job.document();
    document
        .triggerIfAny()
        .ifPresent(
            trigger ->
                store
                    .findTrigger(job.id())
                    .map(
                        state ->
                            state.edited(
                                trigger,
                                trigger,
                                document.enabled(),
                                store.ownRunActive(job.id()),
                                now))
                    .ifPresent(state -> store.writeTrigger(job.id(), state)));
  }
}
