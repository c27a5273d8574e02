package dev.orrery.scheduler.extras.notification;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Checks which webhooks are notified of recorded events. */
@QuarkusTest
class HealthEvaluationTest extends StoreServiceTest {
  private static final int FAILED = 11;
  private static final int SKIPPED = 14;

  @Inject ObjectMapper json;

  @Test
  void notifiesWebhookOnlyOfItsAppsEvents() {
    StoredJob one = database.job();
    StoredJob two = database.job();
    one.webhook("one", "{failed,missed}");
    two.webhook("two", "{failed,missed}");
    note(one, FAILED, 1);
    note(two, FAILED, 2);
    note(two, SKIPPED, 3);

    evaluate();

    assertThat(told()).containsExactlyInAnyOrder("one failed 1", "two failed 2", "two missed 3");
  }

  @Test
  void notifiesWebhookOnlyOfListedJobs() {
    StoredJob job = database.job();
    StoredJob other = job.sibling("other");
    job.webhook("ops", "{failed,missed}");
    database.update("update webhook set jobs = '{other}'");
    note(job, FAILED, 1);
    note(other, FAILED, 2);

    evaluate();

    assertThat(told()).containsExactly("ops failed 2");
  }

  @Test
  void notifiesOnceWhenEventsAreEvaluatedTwice() {
    StoredJob job = database.job();
    job.webhook("ops", "{failed,missed}");
    note(job, SKIPPED, 1);

    evaluate();
    evaluate();

    assertThat(told()).containsExactly("ops missed 1");
  }

  private void evaluate() {
    new HealthEvaluation(database.hot(), json, Optional::empty).events();
  }

  private void note(StoredJob job, int state, long instance) {
    database.update(
        "insert into webhook_event (app_id, job_id, instance_id, state, fires, at)"
            + " values (?, ?, ?, ?, 1, now())",
        job.app(),
        job.id(),
        instance,
        state);
  }

  private List<String> told() {
    return database.texts(
        """
        select w.name || ' ' || d.event || ' ' || (d.body::jsonb ->> 'instance')
        from webhook_delivery d join webhook w on w.id = d.webhook_id
        """);
  }
}
