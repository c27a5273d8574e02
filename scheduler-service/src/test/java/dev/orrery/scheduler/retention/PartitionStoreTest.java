package dev.orrery.scheduler.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.database.Call;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.retention.PartitionStore.Partitioned;
import io.quarkus.test.junit.QuarkusTest;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PartitionStoreTest extends StoreTest {
  private static final LocalDate DAY = LocalDate.parse("2025-03-02");
  private static final Instant MIDNIGHT = Instant.parse("2025-03-02T00:00:00Z");
  private static final Instant NEXT_MIDNIGHT = Instant.parse("2025-03-03T00:00:00Z");
  private static final Duration AGE = Duration.ofDays(30);

  private PartitionStore partitions;

  @BeforeEach
  void connect() {
    partitions = new PartitionStore(database.hot());
  }

  @AfterEach
  void dropAll() {
    for (Partitioned table : Partitioned.values()) {
      partitions.days(table).forEach(day -> partitions.drop(table, day));
    }
  }

  @Test
  void todayIsTheDayInUtcWhereverTheServerIs() {
    StoreDatabase.Client client = database.hotAt(MIDNIGHT.minusMillis(1));
    client.update("set time zone 'Pacific/Auckland'");

    assertThat(new PartitionStore(client).today()).isEqualTo(DAY.minusDays(1));
    assertThat(new PartitionStore(database.hotAt(MIDNIGHT)).today()).isEqualTo(DAY);
  }

  @Test
  void partitionTakesTheInstancesOfItsDayInUtc() {
    StoreDatabase.Client client = database.hot();
    client.update("set time zone 'Pacific/Auckland'");
    new PartitionStore(client).create(Partitioned.INSTANCE_HISTORY, DAY);

    ended(id(MIDNIGHT) - 1, MIDNIGHT);
    ended(id(MIDNIGHT), MIDNIGHT);
    ended(id(NEXT_MIDNIGHT) - 1, MIDNIGHT);
    ended(id(NEXT_MIDNIGHT), MIDNIGHT);

    assertThat(database.numbers("select id from instance_history_20250302 order by id"))
        .containsExactly(id(MIDNIGHT), id(NEXT_MIDNIGHT) - 1);
  }

  @Test
  void daysAreThoseOfTheTableFromTheOldestOn() {
    partitions.create(Partitioned.ATTEMPT, DAY);
    partitions.create(Partitioned.ATTEMPT, DAY.minusDays(1));
    partitions.create(Partitioned.LOG_CHUNK, DAY.plusDays(1));

    assertThat(partitions.days(Partitioned.ATTEMPT)).containsExactly(DAY.minusDays(1), DAY);
    assertThat(partitions.days(Partitioned.LOG_CHUNK)).containsExactly(DAY.plusDays(1));
    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).isEmpty();
  }

  @Test
  void partitionThatThereIsStaysAsItIs() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);
    ended(id(MIDNIGHT), MIDNIGHT);

    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);

    assertThat(database.number("select count(*) from instance_history_20250302")).isOne();
  }

  @Test
  void replicasCreateOneAfterTheOther() {
    StoreDatabase.Client first = database.begin();
    new PartitionStore(first).create(Partitioned.ATTEMPT, DAY);

    Call<?> second =
        database
            .call(
                client -> {
                  new PartitionStore(client).create(Partitioned.LOG_CHUNK, DAY);
                  return true;
                })
            .awaitBlocked();
    first.commit();
    second.result();

    assertThat(partitions.days(Partitioned.LOG_CHUNK)).containsExactly(DAY);
  }

  @Test
  void partitionIsDroppedAlone() {
    partitions.create(Partitioned.ATTEMPT, DAY);
    partitions.create(Partitioned.ATTEMPT, DAY.plusDays(1));
    partitions.create(Partitioned.LOG_CHUNK, DAY);

    partitions.drop(Partitioned.ATTEMPT, DAY);
    partitions.drop(Partitioned.ATTEMPT, DAY);

    assertThat(partitions.days(Partitioned.ATTEMPT)).containsExactly(DAY.plusDays(1));
    assertThat(partitions.days(Partitioned.LOG_CHUNK)).containsExactly(DAY);
  }

  @Test
  void historyOfADayIsOldOnlyBehindTheAgeOfItsLastEnd() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);
    ended(id(MIDNIGHT), MIDNIGHT);
    ended(id(MIDNIGHT) + 1, MIDNIGHT.plusSeconds(60));
    Instant bound = MIDNIGHT.plusSeconds(60).plus(AGE);

    assertThat(isOldAt(bound)).isFalse();
    assertThat(isOldAt(bound.plusMillis(1))).isTrue();
  }

  @Test
  void dayWithoutInstancesIsOld() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);

    assertThat(isOldAt(MIDNIGHT)).isTrue();
  }

  @Test
  void dayIsNotOldWhileOneOfItsInstancesIsActive() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);
    StoredJob job = database.job();
    job.instance(id(MIDNIGHT) - 1);
    job.instance(id(NEXT_MIDNIGHT));
    assertThat(isOldAt(MIDNIGHT)).as("with instances of the days around it").isTrue();

    job.instance(id(NEXT_MIDNIGHT) - 1);
    assertThat(isOldAt(MIDNIGHT)).as("with its last instance").isFalse();

    database.update(
        "delete from instance where id < ? and id >= ?", id(NEXT_MIDNIGHT), id(MIDNIGHT));
    job.instance(id(MIDNIGHT));
    assertThat(isOldAt(MIDNIGHT)).as("with its first instance").isFalse();
  }

  private boolean isOldAt(Instant now) {
    return new PartitionStore(database.hotAt(now)).historyIsOlderThan(DAY, AGE);
  }

  /** The first id of an instant. */
  private long id(Instant made) {
    return database.number("select instance_id_at(?::text::timestamptz)", made.toString());
  }

  private void ended(long id, Instant at) {
    database.update(
        """
        insert into instance_history (id, job_id, job_version_id, due_at, ended_at, attempt, state,
          priority, reported)
        values (?, -1, -1, now(), ?::text::timestamptz, 1, 10, 5, true)
        """,
        id,
        at.toString());
  }
}
