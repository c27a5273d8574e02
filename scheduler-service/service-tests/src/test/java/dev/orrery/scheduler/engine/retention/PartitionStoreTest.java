package dev.orrery.scheduler.engine.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.base.housekeeping.RetentionConfig;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.engine.retention.PartitionStore.Partitioned;
import dev.orrery.scheduler.engine.retention.PartitionStore.WaitingParent;
import dev.orrery.scheduler.flow.StoredParent;
import dev.orrery.scheduler.testkit.CapturedLog;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfig;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.ConfigProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class PartitionStoreTest extends StoreServiceTest {
  private static final LocalDate DAY = LocalDate.parse("2025-03-02");
  private static final Instant MIDNIGHT = Instant.parse("2025-03-02T00:00:00Z");
  private static final Instant NEXT_MIDNIGHT = Instant.parse("2025-03-03T00:00:00Z");
  private static final Duration AGE = Duration.ofDays(30);

  /** Calls with which {@link StoreDatabase#hotAt} sets a clock. */
  private static final int CLOCK = 2;

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
  void computesTodayInUtcRegardlessOfServerTimeZone() {
    StoreDatabase.Client client = database.hotAt(MIDNIGHT.minusMillis(1));
    client.update("set time zone 'Pacific/Auckland'");

    assertThat(new PartitionStore(client).today()).isEqualTo(DAY.minusDays(1));
    assertThat(new PartitionStore(database.hotAt(MIDNIGHT)).today()).isEqualTo(DAY);
  }

  @Test
  void storesRunsInPartitionOfTheirUtcDay() {
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
  void listsPartitionDaysOfTableOldestFirst() {
    partitions.create(Partitioned.ATTEMPT, DAY);
    partitions.create(Partitioned.ATTEMPT, DAY.minusDays(1));
    partitions.create(Partitioned.LOG_CHUNK, DAY.plusDays(1));

    assertThat(partitions.days(Partitioned.ATTEMPT)).containsExactly(DAY.minusDays(1), DAY);
    assertThat(partitions.days(Partitioned.LOG_CHUNK)).containsExactly(DAY.plusDays(1));
    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).isEmpty();
  }

  @Test
  void keepsExistingPartitionOnCreate() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);
    ended(id(MIDNIGHT), MIDNIGHT);

    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);

    assertThat(database.number("select count(*) from instance_history_20250302")).isOne();
  }

  @Test
  void serializesPartitionCreationAcrossReplicas() {
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
  void dropsOnlyGivenPartition() {
    partitions.create(Partitioned.ATTEMPT, DAY);
    partitions.create(Partitioned.ATTEMPT, DAY.plusDays(1));
    partitions.create(Partitioned.LOG_CHUNK, DAY);

    partitions.drop(Partitioned.ATTEMPT, DAY);
    partitions.drop(Partitioned.ATTEMPT, DAY);

    assertThat(partitions.days(Partitioned.ATTEMPT)).containsExactly(DAY.plusDays(1));
    assertThat(partitions.days(Partitioned.LOG_CHUNK)).containsExactly(DAY);
  }

  @Test
  void expiresPartitionDayOnlyWhenLastRunEndedBeforeRetentionAge() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);
    ended(id(MIDNIGHT), MIDNIGHT);
    ended(id(MIDNIGHT) + 1, MIDNIGHT.plusSeconds(60));
    Instant bound = MIDNIGHT.plusSeconds(60).plus(AGE);

    assertThat(isOldAt(bound)).isFalse();
    assertThat(isOldAt(bound.plusMillis(1))).isTrue();
  }

  @Test
  void expiresPartitionDayWithoutRuns() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);

    assertThat(isOldAt(MIDNIGHT)).isTrue();
  }

  @Test
  void keepsPartitionDayWhileAnyOfItsRunsIsActive() {
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

  @Test
  void resumesReadingPartitionDayAtFirstRecentlyEndedRun() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);
    for (int n = 0; n < 5; n++) {
      ended(id(MIDNIGHT) + n, n == 3 ? MIDNIGHT.plusSeconds(60) : MIDNIGHT);
    }
    Instant bound = MIDNIGHT.plusSeconds(60).plus(AGE);
    StoreDatabase.Client client = database.hotAt(bound);
    HistoryAge age = new HistoryAge(new PartitionStore(client), Ticker.SYSTEM, 2);

    assertThat(age.isOver(DAY, AGE)).isFalse();
    assertThat(client.calls() - CLOCK).as("active ones, and two steps").isEqualTo(3);
    client.lock("select set_config('still.now', ?, false)", bound.plusMillis(1).toString());
    int before = client.calls();

    assertThat(age.isOver(DAY, AGE)).isTrue();
    assertThat(client.calls() - before).as("active ones, and the last two steps").isEqualTo(3);
  }

  @Test
  void detectsPartsOfDayWhoseParentIsKept() {
    partitions.create(Partitioned.PART_HISTORY, DAY);
    StoredParent tree = tree();
    long deleted = id(MIDNIGHT.minusSeconds(2));
    long kept = id(MIDNIGHT.minusSeconds(1));
    tree.ended(id(MIDNIGHT), deleted, 0, 10);
    tree.awaiting(deleted - 1, 1, 1, 1, 0);
    tree.awaiting(id(MIDNIGHT) + 1, 1, 1, 1, 0);
    tree.awaiting(id(NEXT_MIDNIGHT), 1, 1, 1, 0);
    assertThat(partitions.hasPartsOfKeptParents(DAY)).as("with parents of no part").isFalse();

    tree.awaiting(kept, 1, 1, 1, 0);
    tree.ended(id(NEXT_MIDNIGHT) + 1, kept, 0, 10);
    assertThat(partitions.hasPartsOfKeptParents(DAY)).as("with a part of the next day").isFalse();

    tree.ended(id(NEXT_MIDNIGHT) - 1, kept, 1, 10);
    assertThat(partitions.hasPartsOfKeptParents(DAY)).as("with its last part").isTrue();

    database.update("delete from parent_instance where instance_id = ?", kept);
    assertThat(partitions.hasPartsOfKeptParents(DAY)).as("after their last parent").isFalse();
  }

  @Test
  void detectsNoPartsOnDayWithParentsOnly() {
    partitions.create(Partitioned.PART_HISTORY, DAY);
    tree().awaiting(id(MIDNIGHT), 1, 1, 1, 0);

    assertThat(partitions.hasPartsOfKeptParents(DAY)).isFalse();
  }

  @Test
  void findsOldestWaitingParentWithPartsOfEarlierDays() {
    StoredParent tree = tree();
    long first = id(MIDNIGHT.minusSeconds(60));
    for (long parent = first; parent < first + 4; parent++) {
      tree.awaiting(parent, 2, 2, 2, 0);
    }
    tree.part(first + 10, first, 0);
    tree.ended(id(MIDNIGHT), first + 1, 0, 10);
    assertThat(partitions.waitingParentOfPartsBefore(DAY)).as("with newer parts").isEmpty();

    tree.ended(id(MIDNIGHT) - 1, first + 2, 0, 10);
    tree.ended(id(MIDNIGHT) - 2, first + 3, 0, 10);
    String app = database.texts("select name from app where id = ?", tree.job().app()).get(0);
    assertThat(partitions.waitingParentOfPartsBefore(DAY))
        .contains(new WaitingParent(first + 2, app, "job"));

    database.update("delete from instance where state = 4");
    assertThat(partitions.waitingParentOfPartsBefore(DAY)).as("after their ends").isEmpty();
  }

  private StoredParent tree() {
    return StoredParent.create(database, "{\"type\":\"shards\",\"count\":2}");
  }

  @Test
  void createsPartitionWithIndexesAndTriggersOfDefaultPartition() {
    for (Partitioned table : Partitioned.values()) {
      partitions.create(table, DAY);

      assertThat(shape(table.partition(DAY)))
          .isNotEmpty()
          .isEqualTo(shape(table.table() + "_default"));
      assertThat(
              database.number(
                  "select count(*) from pg_index where indrelid = ?::text::regclass"
                      + " and (not indisvalid or not exists (select from pg_inherits"
                      + " where inhrelid = indexrelid))",
                  table.partition(DAY)))
          .as("indexes that are not part of those of the table")
          .isZero();
    }
  }

  /** Columns, constraints, indexes and triggers. */
  private List<String> shape(String partition) {
    return database.texts(
        """
        select replace(line, p.relname, 'PARTITION') from pg_class p cross join lateral (
          select a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull
            from pg_attribute a where a.attrelid = p.oid and a.attnum > 0
          union all
          select pg_get_indexdef(i.indexrelid) from pg_index i where i.indrelid = p.oid
          union all
          select c.contype::text || ' ' || pg_get_constraintdef(c.oid) from pg_constraint c
            where c.conrelid = p.oid
          union all
          select pg_get_triggerdef(t.oid) from pg_trigger t where t.tgrelid = p.oid
        ) shapes (line) where p.relname = ? order by 1
        """,
        partition);
  }

  @Test
  void createsNoPartitionAndBlocksNoInsertsWhileReaderHoldsTable() {
    holdingWhatReads("select 1 from instance_history limit 1", this::makesNoDay);
  }

  @Test
  void createsNoPartitionWhileReaderHoldsDefaultPartition() {
    holdingWhatReads("select 1 from instance_history_default limit 1", this::makesNoDay);
  }

  @Test
  void dropsNoPartitionAndBlocksNoInsertsWhileReaderHoldsTable() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);

    holdingWhatReads(
        "select 1 from instance_history limit 1",
        () -> assertBusy(client -> client.drop(Partitioned.INSTANCE_HISTORY, DAY)));

    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).containsExactly(DAY);
  }

  @Test
  void needsNoLockForPartitionAlreadyCreatedByAnotherReplica() {
    partitions.create(Partitioned.INSTANCE_HISTORY, DAY);

    holdingWhatReads(
        "select 1 from instance_history limit 1",
        () -> partitions.create(Partitioned.INSTANCE_HISTORY, DAY));
  }

  @Test
  void dropsRemainingAttemptPartitionAfterCrashBetweenDrops() {
    LocalDate old = partitions.today().minusDays(60);
    partitions.create(Partitioned.INSTANCE_HISTORY, old);
    partitions.create(Partitioned.ATTEMPT, old);
    PartitionStore crashing =
        new PartitionStore(database.hot()) {
          private int drops;

          @Override
          public void drop(Partitioned table, LocalDate day) {
            if (drops++ == 1) {
              throw DatabaseFailures.outage();
            }
            super.drop(table, day);
          }
        };

    assertThatThrownBy(() -> expiry(crashing).dropExpired()).isInstanceOf(DatabaseException.class);
    expiry(partitions).dropExpired();

    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).isEmpty();
    assertThat(partitions.days(Partitioned.ATTEMPT)).isEmpty();
  }

  @Test
  void createsDelayedPartitionsAfterReaderReleasesTable() {
    PartitionCreation creation = new PartitionCreation(partitions);

    try (CapturedLog log = CapturedLog.of(PartitionCreation.class)) {
      holdingWhatReads("select 1 from instance_history limit 1", creation::createAhead);

      assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).isEmpty();
      assertThat(partitions.days(Partitioned.ATTEMPT)).hasSize(8);
      creation.retry();
      assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).hasSize(8);
      assertThat(log.lines()).hasSize(2);
      assertThat(log.lines().get(0))
          .startsWith(
              "WARN Failed to create a partition because another transaction locks the table")
          .contains("partition=instance_history_");
      assertThat(log.lines().get(1))
          .isEqualTo("INFO Created partitions after a lock was released: table=instance_history");
    }
  }

  /** As pg_dump holds them; retention first runs an hour after the start of a process. */
  @Test
  void dropsExpiredPartitionsHeldByReaderInNextPass() {
    List<LocalDate> old =
        List.of(partitions.today().minusDays(61), partitions.today().minusDays(60));
    for (LocalDate day : old) {
      partitions.create(Partitioned.INSTANCE_HISTORY, day);
      partitions.create(Partitioned.ATTEMPT, day);
      partitions.create(Partitioned.LOG_CHUNK, day);
    }

    try (CapturedLog log = CapturedLog.of(PartitionExpiry.class)) {
      holdingWhatReads(
          "select 1 from instance_history limit 1", () -> expiry(partitions).dropExpired());

      assertThat(log.lines())
          .hasSize(2)
          .allMatch(
              line -> line.startsWith("WARN Failed to drop a partition; the next run retries:"))
          .allMatch(line -> line.contains("partition=instance_history_"));
    }
    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY))
        .containsExactlyInAnyOrderElementsOf(old);
    assertThat(partitions.days(Partitioned.LOG_CHUNK)).isEmpty();
    expiry(partitions).dropExpired();
    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).isEmpty();
    assertThat(partitions.days(Partitioned.ATTEMPT)).isEmpty();
  }

  @Test
  void logsOnlyOldestWaitingParent() {
    StoredParent tree = tree();
    long first = id(MIDNIGHT);
    for (int n = 0; n < 2; n++) {
      tree.awaiting(first + n, 2, 2, 2, 0);
      tree.ended(first + 2 + n, first + n, 0, 10);
    }
    String app = database.texts("select name from app where id = ?", tree.job().app()).get(0);

    try (CapturedLog log = CapturedLog.of(PartitionExpiry.class)) {
      expiry(partitions).dropExpired();

      assertThat(log.lines())
          .containsExactly(
              "WARN A parent has waited longer than the history retention; keeping its ended"
                  + " parts. To end it, resume its job, start workers, or run ./orrery cancel %1$d:"
                      .formatted(first)
                  + " instance=%d app=%s job=job".formatted(first, app));
    }
  }

  private static PartitionExpiry expiry(PartitionStore store) {
    return new PartitionExpiry(
        store,
        new HistoryAge(store, Ticker.SYSTEM),
        ConfigProvider.getConfig()
            .unwrap(SmallRyeConfig.class)
            .getConfigMapping(RetentionConfig.class));
  }

  private void makesNoDay() {
    assertBusy(client -> client.create(Partitioned.INSTANCE_HISTORY, DAY));
    assertThat(partitions.days(Partitioned.INSTANCE_HISTORY)).isEmpty();
  }

  private void assertBusy(Consumer<PartitionStore> work) {
    Call<Optional<DatabaseException>> call =
        database.call(
            client -> {
              try {
                work.accept(new PartitionStore(client));
                return Optional.empty();
              } catch (DatabaseException e) {
                return Optional.of(e);
              }
            });
    assertThat(call.result()).hasValueSatisfying(e -> assertThat(e.isBusy()).isTrue());
  }

  /** Ends in time only if nothing waits for the reader. */
  private void holdingWhatReads(String query, Runnable work) {
    StoreDatabase.Client reader = database.begin();
    reader.lock(query);

    work.run();
    ended(id(MIDNIGHT), MIDNIGHT);

    reader.rollback();
    database.update("delete from instance_history");
  }

  private boolean isOldAt(Instant now) {
    return new HistoryAge(new PartitionStore(database.hotAt(now)), Ticker.SYSTEM).isOver(DAY, AGE);
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
