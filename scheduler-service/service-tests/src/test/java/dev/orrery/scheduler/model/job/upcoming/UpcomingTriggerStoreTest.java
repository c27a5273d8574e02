package dev.orrery.scheduler.model.job.upcoming;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.model.job.JobVersionCache;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import dev.orrery.scheduler.model.job.upcoming.UpcomingTriggerStore.Soonest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class UpcomingTriggerStoreTest extends StoreServiceTest {
  private static final Instant NOW = Instant.parse("2027-01-01T12:00:00Z");
  private static final Duration HOUR = Duration.ofHours(1);

  /** Rows that are read: more than the jobs of the app, or fewer, which is another statement. */
  private static final int BY_JOB = 4;

  private static final int BY_TIME = 3;

  @Inject JobDocumentCodec documents;

  private StoredJob job;

  /** Four jobs of an app, and a trigger of another one. */
  @BeforeEach
  void createRows() {
    job = database.job("\"trigger\":{\"every\":\"PT1M\"}").trigger(in("30 minutes"));
    fires("early", "10 minutes");
    job.sibling("idle");
    job.sibling("stopped").trigger("null");
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_JOB, BY_TIME})
  void returnsTriggersOfAppInFireOrder(int mostRowsRead) {
    database.job().trigger(in("20 minutes"));

    Soonest soonest = soonest(mostRowsRead, 10);

    assertThat(soonest.triggers()).extracting(UpcomingTrigger::job).containsExactly("early", "job");
    assertThat(soonest.triggers().get(1).nextFireAt()).isEqualTo(NOW.plusSeconds(1800));
    assertThat(soonest.triggers().get(1).trigger()).isNotNull();
    assertThat(soonest.now()).isEqualTo(NOW);
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_JOB, BY_TIME})
  void returnsEarliestTriggersWithinLimit(int mostRowsRead) {
    assertThat(soonest(mostRowsRead, 1).triggers())
        .extracting(UpcomingTrigger::job)
        .containsExactly("early");
  }

  @ParameterizedTest
  @ValueSource(ints = {BY_JOB, BY_TIME})
  void includesFireExactlyAtEndOfRange(int mostRowsRead) {
    database.update("update trigger set next_fire_at = null where job_id = ?", job.id());
    database.update(
        "update trigger set next_fire_at = " + in("1 hour") + " where next_fire_at is not null");
    assertThat(soonest(mostRowsRead, 10).triggers()).hasSize(1);

    database.update(
        "update trigger set next_fire_at = "
            + in("1 hour 1 millisecond")
            + " where next_fire_at is not null");
    assertThat(soonest(mostRowsRead, 10).triggers()).isEmpty();
  }

  @Test
  void excludesTriggersOfDeletedJobs() {
    database.update("update job set deleted_at = now() where id = ?", job.id());

    assertThat(soonest(BY_JOB, 10).triggers())
        .extracting(UpcomingTrigger::job)
        .containsExactly("early");
  }

  @Test
  void readsAllJobsOfAppUpToRangeEnd() {
    assertThat(soonest(BY_JOB, 10).completeUntil()).isEqualTo(NOW.plus(HOUR));
  }

  @Test
  void treatsListAsCompleteUpToLastTriggerOfAnyApp() {
    StoredJob other = database.job().trigger(in("15 minutes"));
    other.sibling("other").trigger(in("20 minutes"));

    Soonest soonest = soonest(BY_TIME, 10);

    assertThat(soonest.triggers()).extracting(UpcomingTrigger::job).containsExactly("early");
    assertThat(soonest.completeUntil()).isEqualTo(NOW.plus(Duration.ofMinutes(20)));
  }

  @Test
  void treatsEmptyListAsCompleteUpToLastTriggerRead() {
    StoredJob other = database.job().trigger(in("1 minute"));
    other.sibling("b").trigger(in("2 minutes"));
    other.sibling("c").trigger(in("3 minutes"));

    Soonest soonest = soonest(BY_TIME, 10);

    assertThat(soonest.triggers()).isEmpty();
    assertThat(soonest.completeUntil()).isEqualTo(NOW.plus(Duration.ofMinutes(3)));
  }

  private Soonest soonest(int mostRowsRead, int limit) {
    Client client = database.hotAt(NOW);
    return new UpcomingTriggerStore(
            client, new JobVersionCache(client, documents, new SimpleMeterRegistry()), mostRowsRead)
        .soonest(job.app(), HOUR, limit);
  }

  private void fires(String name, String interval) {
    job.sibling(name).trigger(in(interval));
  }

  private static String in(String interval) {
    return "'" + NOW + "'::timestamptz + interval '" + interval + "'";
  }
}
