package dev.orrery.scheduler.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.hint.Heard;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.instance.EndReason;
import dev.orrery.scheduler.instance.InstanceCounters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The hints that follow the commit of a cancellation of many instances. */
@QuarkusTest
class BulkCancellationTest extends StoreTest {
  private static final Duration GRACE = Duration.ofSeconds(7);

  private final HintBus hints = new HintBus();
  private final Heard heard = Heard.on(hints);
  private final BulkCancellation cancellation =
      new BulkCancellation(() -> GRACE, hints, InstanceCounters.in(new SimpleMeterRegistry()));
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void runningInstancesAreCanceledAtTheirWorkersAndEndedAfterTheGrace() {
    UUID session = database.session(job);
    job.running(1, session);
    job.instance(2);

    Runnable afterCommit = cancel(job.id());

    assertThat(heard.all()).as("before the commit").isEmpty();
    afterCommit.run();
    assertThat(heard.all())
        .containsExactly(
            new Hint.CancelRequested(session, new AttemptRef(1, 1)), new Hint.DueIn(GRACE));
  }

  @Test
  void limitedInstancesLetOthersOfTheirJobIn() {
    StoredJob unlimited = job.sibling("unlimited");
    job.instance(1, "limited = true");
    unlimited.instance(2);

    cancel(job.id(), unlimited.id()).run();

    assertThat(heard.all()).containsExactly(new Hint.Unblock(Set.of(job.id())));
  }

  private Runnable cancel(Long... jobs) {
    return database
        .hot()
        .transaction(
            connection ->
                cancellation.cancelAllOf(connection, List.of(jobs), EndReason.JOB_DELETED));
  }
}
