package dev.orrery.scheduler.backfill;

import static dev.orrery.scheduler.problem.ProblemAssertions.assertInvalid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.orrery.scheduler.command.BulkCancellation;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.hint.Heard;
import dev.orrery.scheduler.hint.Hint;
import dev.orrery.scheduler.hint.HintBus;
import dev.orrery.scheduler.job.JobVersionCache;
import dev.orrery.scheduler.retention.RetentionConfig;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The fire times that a backfill runs, and its hints. */
@QuarkusTest
class BackfillServiceTest extends StoreTest {
  private static final Duration HOUR = Duration.ofHours(1);

  @Inject JobVersionCache versions;
  @Inject BulkCancellation cancels;
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
  void fireTimeThatIsDueIsLeftToTheTrigger() {
    backfill(last.minus(HOUR.multipliedBy(2)), last);

    assertThat(fireTimes()).containsExactly(last.minus(HOUR.multipliedBy(2)), last.minus(HOUR));
  }

  @Test
  void bothEndsOfTheSpanBelongToIt() {
    database.update("update trigger set next_fire_at = null");

    backfill(last.minus(HOUR), last);

    assertThat(fireTimes()).containsExactly(last.minus(HOUR), last);
  }

  @Test
  void backfillTellsThatItsLaneIsReadyAndThatItsJobMayLetItsRunsIn() {
    Heard heard = Heard.on(hints);

    backfill(last.minus(HOUR), last);

    assertThat(heard.all())
        .containsExactly(
            new Hint.LanesReady(Set.of(job.lane()), false), new Hint.Unblock(Set.of(job.id())));
  }

  @Test
  void atMostTenThousandFireTimesAreRunAtOnce() {
    job = database.job("\"trigger\":{\"cron\":\"* * * * * *\"}");
    job.trigger("'" + last + "'");
    Instant from = last.minusSeconds(10_000);

    assertInvalid("until", () -> backfill(from.minusSeconds(1), last));
    assertThat(database.number("select count(*) from instance")).isZero();

    assertThatCode(() -> backfill(from, last)).doesNotThrowAnyException();
    assertThat(database.number("select count(*) from instance")).isEqualTo(10_000);
  }

  private void backfill(Instant from, Instant until) {
    new BackfillService(database.hot(), versions, cancels, retention, hints)
        .start(job.app(), "job", new BackfillRequest(from, until, BackfillOverlap.ALLOW));
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
