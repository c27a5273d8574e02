package dev.orrery.scheduler.engine.submission;

import static dev.orrery.scheduler.base.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.entry;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.propagation.JobChangePropagator;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Fire times that a backfill runs, and the hints that it publishes. */
@QuarkusTest
class BackfillServiceTest extends StoreServiceTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Inject JobVersionCache versions;
  @Inject JobChangePropagator changes;
  @Inject RetentionConfig retention;
  private final HintBus hints = new HintBus();
  private StoredJob job;
  private Instant last;

  @BeforeEach
  void createRows() {
    job = database.job("\"trigger\":{\"cron\":\"0 0 * * * *\"}");
    last =
        Instant.ofEpochSecond(
            database.number("select extract(epoch from date_trunc('hour', now()))::bigint"));
    job.trigger("'" + last + "'");
  }

  @Test
  void excludesDueFireTimeOfTrigger() {
    backfill(last.minus(HOUR.multipliedBy(2)), last);

    assertThat(fireTimes()).containsExactly(last.minus(HOUR.multipliedBy(2)), last.minus(HOUR));
  }

  @Test
  void includesBothEndsOfTheSpan() {
    database.update("update trigger set next_fire_at = null");

    backfill(last.minus(HOUR), last);

    assertThat(fireTimes()).containsExactly(last.minus(HOUR), last);
  }

  @Test
  void publishesLaneReadyAndUnblockHints() {
    RecordedHints heard = RecordedHints.on(hints);

    backfill(last.minus(HOUR), last);

    assertThat(heard.all())
        .containsExactly(
            new Hint.LanesReady(Set.of(job.lane()), false), new Hint.Unblock(Set.of(job.id())));
  }

  @Test
  void limitsBackfillToTenThousandFireTimes() {
    job = database.job("\"trigger\":{\"cron\":\"* * * * * *\"}");
    job.trigger("'" + last + "'");
    Instant from = last.minusSeconds(10_000);

    assertInvalid("until", () -> backfill(from.minusSeconds(1), last));
    assertThat(database.number("select count(*) from instance")).isZero();

    assertThatCode(() -> backfill(from, last)).doesNotThrowAnyException();
    assertThat(database.number("select count(*) from instance")).isEqualTo(10_000);
  }

  /** As a deletion does; in another order, the two would wait for each other. */
  @Test
  void schedulesRecheckBeforeLockingTheTrigger() {
    StoreDatabase.Client deletion = database.begin();
    deletion.lock("insert into job_recheck (job_id) values (?) returning 1", job.id());

    Call<BackfillView> backfill =
        database
            .call(client -> start(client, last.minus(HOUR), last, BackfillOverlap.QUEUE_ALL))
            .awaitBlocked();

    database.callWithoutBlocking(
        client -> client.update("update trigger set priority = 1 where job_id = ?", job.id()));
    deletion.commit();
    assertThat(backfill.result().instances()).isOne();
  }

  @Test
  void answersCommittedCallWithoutFreeReadConnection() {
    StoreDatabase.Client client = database.hot().refuseReads();

    BackfillView started = start(client, last.minus(HOUR), last, BackfillOverlap.ALLOW);
    BackfillView canceled = service(client).cancel(job.app(), "job", Long.parseLong(started.id()));

    assertThat(started.states()).containsExactly(entry("WAITING", 1));
    assertThat(canceled.canceledAt()).isNotNull();
    assertThat(canceled.states()).containsExactly(entry("CANCELED", 1));
  }

  private void backfill(Instant from, Instant until) {
    start(database.hot(), from, until, BackfillOverlap.ALLOW);
  }

  private BackfillView start(
      EngineDatabase client, Instant from, Instant until, BackfillOverlap overlap) {
    return service(client).start(job.app(), "job", new BackfillRequest(from, until, overlap), null);
  }

  private BackfillService service(EngineDatabase client) {
    return new BackfillService(client, versions, changes, retention, hints);
  }

  /** Of the instances that were made, in the order of their ids. */
  private List<Instant> fireTimes() {
    return database
        .numbers("select extract(epoch from fire_time)::bigint from instance order by id")
        .stream()
        .map(Instant::ofEpochSecond)
        .toList();
  }
}
