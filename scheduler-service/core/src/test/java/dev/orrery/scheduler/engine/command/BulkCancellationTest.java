package dev.orrery.scheduler.engine.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.engine.command.BulkCancellation.PartlyCanceled;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceCounters;
import dev.orrery.scheduler.model.instance.InstanceState;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Hints that a bulk cancellation publishes after its commit. */
class BulkCancellationTest extends StoreTest {
  private static final Duration GRACE = Duration.ofSeconds(7);

  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);
  private final BulkCancellation cancellation =
      new BulkCancellation(() -> GRACE, hints, InstanceCounters.in(new SimpleMeterRegistry()));
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void requestsCancelOfRunningInstanceAndEndsAttemptAfterGrace() {
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
  void publishesUnblockHintForLimitedJobsOnly() {
    StoredJob unlimited = job.sibling("unlimited");
    job.instance(1, "limited = true");
    unlimited.instance(2);

    cancel(job.id(), unlimited.id()).run();

    assertThat(heard.all()).containsExactly(new Hint.Unblock(Set.of(job.id())));
  }

  @Test
  void ignoresInstancesThatLeftTheSelectedStates() {
    job.running(1, database.session(job));
    job.instance(2);

    BulkCancellation.Canceled canceled =
        cancelThose(List.of(1L, 2L, 3L), Set.of(InstanceState.READY));

    assertThat(canceled.count()).isOne();
    assertThat(database.numbers("select id from instance")).containsExactly(1L);
    assertThat(database.number("select count(*) from instance where cancel_requested_at is null"))
        .isOne();
  }

  @Test
  void startsNextFixedDelayAfterCanceledInstance() {
    job.trigger("null");
    database.update("update trigger set delay = interval '1 hour' where job_id = ?", job.id());
    job.instance(1, "drives_fixed_delay = true");

    cancelThose(List.of(1L), Set.of(InstanceState.READY)).afterCommit().run();

    assertThat(database.number("select count(*) from trigger where next_fire_at > now()")).isOne();
    assertThat(heard.all()).hasOnlyElementsOfType(Hint.DueIn.class).hasSize(1);
  }

  private BulkCancellation.Canceled cancelThose(List<Long> ids, Set<InstanceState> states) {
    return database
        .hot()
        .transaction(
            connection -> cancellation.cancelThose(connection, ids, states, EndReason.CANCELED));
  }

  @Test
  void reportsJobsLeftForTheNextStep() {
    StoredJob small = job.sibling("small");
    small.instance(1);
    StoredJob behind = job.sibling("behind");
    behind.instance(2);
    job.instances(10, BulkCancellation.BATCH_SIZE + 10);

    assertThat(cancelSomeOf(small, job, behind).unfinished())
        .containsExactlyInAnyOrder(job.id(), behind.id());
    assertThat(database.number("select count(*) from instance")).isEqualTo(12);
    assertThat(cancelSomeOf(small, job, behind).unfinished()).isEmpty();
    assertThat(database.number("select count(*) from instance")).isZero();
  }

  private PartlyCanceled cancelSomeOf(StoredJob... jobs) {
    return database
        .hot()
        .transaction(
            connection ->
                cancellation.cancelSomeOf(
                    connection, Stream.of(jobs).map(StoredJob::id).toList(), EndReason.REPLACED));
  }

  private Runnable cancel(Long... jobs) {
    return database
        .hot()
        .<PartlyCanceled>transaction(
            connection ->
                cancellation.cancelSomeOf(connection, List.of(jobs), EndReason.JOB_DELETED))
        .afterCommit();
  }
}
