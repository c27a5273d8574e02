package dev.orrery.scheduler.model.job.apply;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.app.AppService;
import dev.orrery.scheduler.model.job.Job;
import dev.orrery.scheduler.model.job.JobQuota;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.job.JobWriter;
import dev.orrery.scheduler.model.job.declaration.DeclarationService;
import dev.orrery.scheduler.model.job.declaration.UndeclaredJobs;
import dev.orrery.scheduler.testkit.TestApp;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hints that applied job files publish, on a bus of the test. */
@QuarkusTest
class JobApplyHintsTest {
  @Inject AppService apps;
  @Inject JobService jobs;
  @Inject JobWriter writer;
  @Inject JobQuota quota;
  @Inject DeclarationService declarations;
  @Inject UndeclaredJobs undeclared;
  @Inject JobApplyReader reader;

  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private int app;
  private JobApplyService service;

  @BeforeEach
  void createJobs() {
    app = apps.visibleId(Caller.ADMIN, TestApp.create().withJob("a").withJob("b").name());
    service = new JobApplyService(jobs, writer, quota, declarations, undeclared, hints);
  }

  @Test
  void publishesNoHintForIdenticalFileOrAdoption() {
    assertThat(hintsOf("{\"owner\":\"repo\",\"jobs\":[%s,%s]}", "a", "b")).isEmpty();
    assertThat(hintsOf("{\"owner\":\"repo\",\"jobs\":[%s,%s]}", "a", "b")).isEmpty();
  }

  @Test
  void publishesHintsForWrittenAndDeletedJobs() {
    hintsOf("{\"owner\":\"repo\",\"jobs\":[%s,%s]}", "a", "b");
    long deleted = id("b");

    List<Hint> published =
        hintsOf("{\"owner\":\"repo\",\"prune\":true,\"jobs\":[%s,%s]}", "a", "c");

    assertThat(published)
        .containsExactly(new Hint.JobsChanged(), new Hint.Unblock(Set.of(id("c"), deleted)));
  }

  private long id(String job) {
    return jobs.find(app, job).map(Job::id).orElseThrow();
  }

  private List<Hint> hintsOf(String file, String first, String second) {
    heard.forget();
    String body = file.formatted(named(first), named(second));
    QuarkusTransaction.requiringNew()
        .run(
            () ->
                service.apply(
                    app,
                    reader.read(body.getBytes(StandardCharsets.UTF_8)),
                    Caller.ADMIN.author()));
    return heard.all();
  }

  private static String named(String job) {
    return "{\"name\":\"" + job + "\",\"processor\":{\"type\":\"noop\"}}";
  }
}
