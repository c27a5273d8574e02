package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.http.rest.Preconditions;
import dev.orrery.scheduler.http.security.AuthorView;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.app.AppService;
import dev.orrery.scheduler.model.job.PauseService.Pause;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Hints that edits and pauses publish. The services use a bus of the test, because the recheck of
 * changed jobs publishes the same hints soon afterwards.
 */
@QuarkusTest
class JobHintsTest {
  private static final Preconditions NONE = new Preconditions(null, null);

  private static final AuthorView ADMIN = Caller.ADMIN.author();
  private static final Pause PAUSE = new Pause(Optional.empty(), ADMIN);

  @Inject AppService apps;
  @Inject JobStore store;
  @Inject TriggerStore triggers;
  @Inject JobWatchStore watches;
  @Inject JobService committed;
  @Inject JobWriter writer;
  @Inject JobQuota quota;

  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private JobService jobs;
  private PauseService pauses;
  private int app;
  private Job job;

  @BeforeEach
  void createJob() {
    app = apps.visibleId(Caller.ADMIN, TestApp.create().withJob("job").name());
    job = committed.get(app, "job");
    jobs = new JobService(store, triggers, watches, writer, quota, hints);
    pauses = new PauseService(committed, store, triggers, watches, hints);
  }

  @Test
  void publishesNoHintForIdenticalDocument() {
    assertThat(hintsOf(() -> jobs.put(app, job.document(), NONE, ADMIN))).isEmpty();
  }

  @Test
  void publishesJobHintsOnDeletion() {
    assertThat(hintsOf(() -> jobs.delete(app, "job", NONE))).containsExactlyElementsOf(ofJob());
  }

  @Test
  void publishesJobHintsOnPauseAndResumeOfJob() {
    assertThat(hintsOf(() -> pauses.pauseJob(app, "job", PAUSE)))
        .containsExactlyElementsOf(ofJob());
    assertThat(hintsOf(() -> pauses.resumeJob(app, "job"))).containsExactlyElementsOf(ofJob());
  }

  @Test
  void publishesJobsChangedHintOnResumeOfApp() {
    hintsOf(() -> pauses.pauseApp(app, PAUSE));

    assertThat(hintsOf(() -> pauses.resumeApp(app))).containsExactly(new Hint.JobsChanged());
  }

  private List<Hint> ofJob() {
    return List.of(new Hint.JobsChanged(), new Hint.Unblock(Set.of(job.id())));
  }

  private List<Hint> hintsOf(Runnable command) {
    heard.forget();
    QuarkusTransaction.requiringNew().run(command);
    return heard.all();
  }
}
