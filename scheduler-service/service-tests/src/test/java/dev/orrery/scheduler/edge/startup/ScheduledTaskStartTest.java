package dev.orrery.scheduler.edge.startup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.SchemaState;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.scheduler.Scheduler;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ScheduledTaskStartTest {
  @Inject Scheduler scheduler;
  @Inject SchemaState known;

  @Test
  void runsTimersAfterStartup() {
    assertThat(scheduler.isRunning()).isTrue();
  }

  @Test
  void keepsTimersPausedOnUnknownSchema() {
    scheduler.pause();
    try {
      new ScheduledTaskStart().start(new StartupEvent(), scheduler, new SchemaState());
      assertThat(scheduler.isRunning()).isFalse();
    } finally {
      new ScheduledTaskStart().start(new StartupEvent(), scheduler, known);
    }
    assertThat(scheduler.isRunning()).isTrue();
  }
}
