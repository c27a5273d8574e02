package dev.orrery.scheduler.model.job;

import dev.orrery.protocol.text.BoundedText;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.app.PauseView;
import dev.orrery.scheduler.model.app.StoredPause;
import dev.orrery.scheduler.model.job.document.TriggerDocument;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Pauses and resumes jobs and apps. A pause is separate from {@code enabled}, so that applying a
 * document does not end it. Triggers of paused jobs do not fire, and their waiting instances are
 * blocked. A repeated call changes only the note.
 */
@ApplicationScoped
public class PauseService {
  /** The maximum number of jobs in a step. */
  private static final int BATCH_SIZE = 500;

  private static final String NOT_RESUMED =
      "Not resumed with its app: the scheduler could not read the document of the job.";
  private static final AuthorView NO_AUTHOR = new AuthorView(null, null);

  private final JobService jobs;
  private final JobStore store;
  private final TriggerStore triggers;
  private final JobWatchStore watches;
  private final HintBus hints;

  PauseService(
      JobService jobs,
      JobStore store,
      TriggerStore triggers,
      JobWatchStore watches,
      HintBus hints) {
    this.jobs = jobs;
    this.store = store;
    this.triggers = triggers;
    this.watches = watches;
    this.hints = hints;
  }

  /**
   * A request to pause.
   *
   * @param note for people; the note of a repeated call replaces the previous one
   */
  record Pause(Optional<String> note, AuthorView by) {}

  Job pauseJob(int appId, String name, Pause pause) {
    return publish(setJobPaused(appId, name, Optional.of(pause)));
  }

  /**
   * Pauses a job by itself, unless it is paused already, or its app is being edited or was deleted.
   *
   * @param why for people
   * @return whether the job is paused by this call
   */
  public boolean pauseFailingJob(int appId, String name, String why) {
    Optional<String> note = Optional.of(BoundedText.abbreviate(why, PauseView.MAX_NOTE));
    Optional<Job> paused = pauseIfRunning(appId, name, new Pause(note, AuthorView.SCHEDULER));
    paused.ifPresent(this::publish);
    return paused.isPresent();
  }

  @Transactional
  Optional<Job> pauseIfRunning(int appId, String name, Pause pause) {
    return store.tryLockApp(appId)
        ? store
            .find(appId, name)
            .filter(job -> !job.paused())
            .map(job -> setJobPaused(appId, name, Optional.of(pause)))
        : Optional.empty();
  }

  Job resumeJob(int appId, String name) {
    return publish(setJobPaused(appId, name, Optional.empty()));
  }

  App pauseApp(int appId, Pause pause) {
    return publish(setAppPaused(appId, Optional.of(pause)));
  }

  App resumeApp(int appId) {
    return publish(setAppPaused(appId, Optional.empty()));
  }

  private App publish(App app) {
    hints.jobsChanged();
    return app;
  }

  private Job publish(Job job) {
    hints.jobsChanged();
    hints.unblock(List.of(job.id()));
    return job;
  }

  @Transactional
  Job setJobPaused(int appId, String name, Optional<Pause> pause) {
    App app = App.locked(appId);
    Job before = jobs.get(appId, name);
    boolean paused = pause.isPresent();
    boolean repeated = before.paused() == paused;
    if (repeated && pause.flatMap(Pause::note).isEmpty()) {
      return before;
    }
    if (!paused && !before.isReadable()) {
      throw ProblemException.unavailable(
          "The job cannot be resumed by this release, which cannot read its document: "
              + before.unreadable()
              + " Resume it with the release that wrote it, or write the job again.");
    }
    JobEntity job = JobEntity.findById(before.id());
    job.pause = pause.map(call -> stored(job.pause, repeated, call)).orElse(null);
    job.paused = paused;
    JobEntity.flush();
    if (repeated) {
      return jobs.get(appId, name);
    }
    store.scheduleRecheck(List.of(job.id));
    triggers.lock(job.id);
    if (paused) {
      triggers.stop(List.of(job.id));
      watches.pause(List.of(job.id));
    } else {
      if (!app.paused) {
        startTriggers(store.resumed(job.id).stream().toList());
      }
      watches.resume(List.of(job.id));
    }
    store.updateInstances(List.of(job.id));
    return jobs.get(appId, name);
  }

  @Transactional
  App setAppPaused(int appId, Optional<Pause> pause) {
    App app = App.locked(appId);
    boolean paused = pause.isPresent();
    boolean repeated = app.paused == paused;
    if (repeated && pause.flatMap(Pause::note).isEmpty()) {
      return app;
    }
    app.pause = pause.map(call -> stored(app.pause, repeated, call)).orElse(null);
    app.paused = paused;
    App.flush();
    if (repeated) {
      return app;
    }
    List<Long> all = store.jobsEverOf(appId);
    store.scheduleRecheck(all);
    triggers.lockAllOf(appId);
    watches.lock(all);
    if (paused) {
      triggers.stop(all);
      watches.pause(all);
    } else {
      startTriggersOf(appId);
      watches.resume(all);
    }
    store.updateInstances(all);
    return app;
  }

  private StoredPause stored(StoredPause before, boolean repeated, Pause pause) {
    return repeated
        ? StoredPause.noted(before, store.now(), pause.note(), pause.by())
        : StoredPause.begun(store.now(), pause.note(), pause.by());
  }

  private void startTriggersOf(int appId) {
    String after = "";
    List<ResumedJob> page;
    do {
      page = store.resumed(appId, after, BATCH_SIZE);
      startTriggers(page.stream().filter(job -> job.rule().isReadable()).toList());
      page.stream().filter(job -> !job.rule().isReadable()).forEach(this::leavePaused);
      after = page.isEmpty() ? after : page.get(page.size() - 1).name();
    } while (page.size() == BATCH_SIZE);
  }

  /**
   * Keeps the job paused, because the next fire of an unreadable trigger is unknown. Operators see
   * the pause, and a release that can read the document can end it.
   */
  private void leavePaused(ResumedJob unreadable) {
    JobEntity job = JobEntity.findById(unreadable.id());
    job.paused = true;
    job.pause = StoredPause.begun(store.now(), Optional.of(NOT_RESUMED), NO_AUTHOR);
    JobEntity.flush();
  }

  /**
   * Restarts triggers. Fire times during the pause were never planned, so they are not misfires.
   */
  private void startTriggers(List<ResumedJob> stopped) {
    Instant now = store.now();
    List<Long> ids = stopped.stream().map(ResumedJob::id).toList();
    Map<Long, TriggerState> states = triggers.findAll(ids);
    Set<Long> ownRunActive = triggers.ownRunActive(ids);
    triggers.write(
        stopped.stream()
            .filter(job -> states.containsKey(job.id()))
            .map(job -> started(job, states.get(job.id()), ownRunActive.contains(job.id()), now))
            .toList());
  }

  private static TriggerStore.Row started(
      ResumedJob job, TriggerState state, boolean ownRunActive, Instant now) {
    TriggerDocument trigger = job.rule().written();
    return new TriggerStore.Row(
        job.id(), job.priority(), state.edited(trigger, trigger, job.enabled(), ownRunActive, now));
  }
}
