package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.http.security.Caller;
import dev.orrery.scheduler.model.instance.InstanceCounters;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hints that a cancel publishes after its commit. */
class InstanceCancellationTest extends StoreTest {
  private static final Duration GRACE = Duration.ofSeconds(7);

  private final MeterRegistry registry = new SimpleMeterRegistry();
  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void requestsCancelOfRunningInstanceAndEndsAttemptAfterGrace() {
    UUID session = database.session(job);
    job.running(1, session);

    assertThat(hintsOfACancel())
        .containsExactly(
            new Hint.CancelRequested(session, new AttemptRef(1, 1)), new Hint.DueIn(GRACE));
    assertThat(registry.find("orrery.instances.ended").tag("state", "canceled").counters())
        .allSatisfy(counter -> assertThat(counter.count()).isZero());
  }

  @Test
  void unblocksNextInstanceOfLimitedJob() {
    job.instance(1, "limited = true");

    assertThat(hintsOfACancel()).containsExactly(new Hint.Unblock(Set.of(job.id())));
    assertThat(registry.get("orrery.instances.ended").tag("state", "canceled").counter().count())
        .isOne();
  }

  @Test
  void publishesNoHintForWaitingInstanceOfUnlimitedJob() {
    job.instance(1);

    assertThat(hintsOfACancel()).isEmpty();
  }

  @Test
  void publishesDueHintForNextFixedDelayFire() {
    job.trigger("null").instance(1, "drives_fixed_delay = true");
    database.update("update trigger set delay = interval '1 hour' where job_id = ?", job.id());

    assertThat(hintsOfACancel())
        .singleElement()
        .isInstanceOfSatisfying(
            Hint.DueIn.class,
            due -> assertThat(due.time()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1)));
  }

  private List<Hint> hintsOfACancel() {
    BulkCancellation cancellation =
        new BulkCancellation(() -> GRACE, hints, InstanceCounters.in(registry));
    new InstanceCommandService(database.hot(), cancellation, hints).cancel(Caller.ADMIN, 1, true);
    return heard.all();
  }
}
