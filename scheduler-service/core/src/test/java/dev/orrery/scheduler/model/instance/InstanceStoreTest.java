package dev.orrery.scheduler.model.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reasons why a ready instance waits. */
class InstanceStoreTest extends StoreTest {
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void reportsWaitForCapacityWhenMatchingWorkerIsFull() {
    UUID session = worker("capacity = 2");
    job.running(1, session);
    job.running(2, session);

    assertThat(waitingFor()).isEqualTo(WaitingFor.CAPACITY);
  }

  @Test
  void reportsWaitForDispatchWhenMatchingWorkerHasFreeSlot() {
    UUID session = worker("capacity = 2");
    job.running(1, session);
    job.running(2, worker("processors = '{shell}'"));

    assertThat(waitingFor()).isEqualTo(WaitingFor.DISPATCH);
  }

  @Test
  void reportsWaitForDispatchWhenSecondWorkerHasFreeSlot() {
    job.running(1, worker("capacity = 1"));
    worker("capacity = 1");

    assertThat(waitingFor()).isEqualTo(WaitingFor.DISPATCH);
  }

  @Test
  void ignoresCapacityOfDrainingOrMismatchedWorkers() {
    job.running(1, worker("capacity = 1"));
    worker("draining = true");
    worker("processors = '{shell}'");

    assertThat(waitingFor()).isEqualTo(WaitingFor.CAPACITY);
  }

  @Test
  void reportsNoMatchingWorkerWhenOnlyWorkerIsDraining() {
    worker("draining = true");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  @Test
  void reportsNoMatchingWorkerWithoutProcessorOrTags() {
    database.update("update lane set tags = '{eu,gpu}' where id = ?", job.lane());
    worker("tags = '{eu}'");
    worker("tags = '{eu,gpu}', processors = '{shell}'");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  @Test
  void reportsNoWorkerAfterOnlyWorkerLeft() {
    worker("ended_at = now()");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_WORKER);
  }

  @Test
  void ignoresDepartedWorkerBesideMismatchedWorker() {
    worker("ended_at = now()");
    worker("processors = '{shell}'");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  @Test
  void reportsNoWorkerWhenOnlyAnotherAppHasWorker() {
    database.session(database.job());

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_WORKER);
  }

  @Test
  void ignoresWorkerOfAnotherAppBesideMismatchedWorker() {
    database.session(database.job());
    worker("processors = '{shell}'");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  /** A worker of the app whose session is otherwise in these columns. */
  private UUID worker(String columns) {
    UUID session = database.session(job);
    database.update("update worker_session set " + columns + " where id = ?", session);
    return session;
  }

  private WaitingFor waitingFor() {
    return new WaitingReasonStore(database.hot())
        .readyButWaiting(Set.of(job.lane()))
        .get(job.lane());
  }
}
