package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.testkit.Hourly;
import dev.orrery.scheduler.testkit.TestApp;
import dev.orrery.scheduler.testkit.TestDatabase;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Checks that a trigger has the priority of its job, since due triggers are read in that order. The
 * test reads the row: a resume, or another edit of the trigger, also writes the priority, and would
 * hide that it was missing.
 */
@QuarkusTest
class EditedPriorityTest {
  private final Hourly hourly = Hourly.farFromNow();
  private TestApp app;

  @BeforeEach
  void createApp() {
    app = TestApp.create();
    put(hourly.trigger(), 1);
  }

  @AfterEach
  void stopFiring() {
    app.asOperator().delete(app.path("/jobs/job"));
  }

  private void put(String fields, int priority) {
    app.withJob(
        "job",
        "{\"processor\":{\"type\":\"noop\"},\"priority\":%d,%s}".formatted(priority, fields));
  }

  private int priorityOfTrigger() {
    return Integer.parseInt(
        TestDatabase.read(
            "select t.priority from trigger t join job j on j.id = t.job_id"
                + " join app a on a.id = j.app_id where a.name = ?",
            app.name()));
  }

  @Test
  void copiesPriorityOfNewJobToTrigger() {
    assertThat(priorityOfTrigger()).isEqualTo(1);
  }

  @Test
  void updatesTriggerPriorityOnPriorityEdit() {
    put(hourly.trigger(), 9);

    assertThat(priorityOfTrigger()).isEqualTo(9);
  }

  @Test
  void updatesTriggerPriorityOfPausedOrDisabledJob() {
    app.asOperator().post(app.path("/jobs/job/pause")).then().statusCode(200);
    put(hourly.trigger(), 7);
    assertThat(priorityOfTrigger()).isEqualTo(7);

    put("\"enabled\":false," + hourly.trigger(), 7);
    put("\"enabled\":false," + hourly.trigger(), 3);
    assertThat(priorityOfTrigger()).isEqualTo(3);
  }

  @Test
  void updatesTriggerAndPriorityTogether() {
    put("\"trigger\":{\"every\":\"PT1H\"}", 8);

    assertThat(priorityOfTrigger()).isEqualTo(8);
  }
}
