package dev.orrery.scheduler.instance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Why what is ready is not given to a worker. */
@QuarkusTest
class InstanceStoreTest extends StoreTest {
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void workerOfTheAppThatHasTheProcessorIsFull() {
    database.session(job);

    assertThat(waitingFor()).isEqualTo(WaitingFor.CAPACITY);
  }

  @Test
  void drainingWorkerTakesNothing() {
    worker("draining = true");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  @Test
  void workerWithoutTheProcessorOrTheTagsTakesNothing() {
    database.update("update lane set tags = '{eu,gpu}' where id = ?", job.lane());
    worker("tags = '{eu}'");
    worker("tags = '{eu,gpu}', processors = '{shell}'");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  @Test
  void workerThatHasLeftIsNone() {
    worker("ended_at = now()");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_WORKER);
  }

  @Test
  void workerThatHasLeftDoesNotMatchBesideOneThatDoesNot() {
    worker("ended_at = now()");
    worker("processors = '{shell}'");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  @Test
  void workerOfAnotherAppIsNone() {
    database.session(database.job());

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_WORKER);
  }

  @Test
  void workerOfAnotherAppDoesNotMatchBesideOneThatDoesNot() {
    database.session(database.job());
    worker("processors = '{shell}'");

    assertThat(waitingFor()).isEqualTo(WaitingFor.NO_MATCHING_WORKER);
  }

  /** A worker of the app whose session is otherwise in these columns. */
  private void worker(String columns) {
    database.update(
        "update worker_session set " + columns + " where id = ?", database.session(job));
  }

  private WaitingFor waitingFor() {
    return new InstanceStore(database.hot()).readyButWaiting(Set.of(job.lane())).get(job.lane());
  }
}
