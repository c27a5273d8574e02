package dev.orrery.scheduler.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreDatabase.Client;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TriggerStoreTest extends StoreTest {
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job().trigger("'2026-01-01T09:00:00Z'");
  }

  @Test
  void waitsForConcurrentFireAndReturnsAdvancedState() {
    Client firing = database.begin();
    firing.update(
        "update trigger set next_fire_at = '2026-01-01T10:00:00Z' where job_id = ?", job.id());

    Call<Optional<TriggerState>> edit = database.call(this::lock).awaitBlocked();
    firing.commit();

    assertThat(edit.result().orElseThrow().nextFireAt())
        .isEqualTo(Instant.parse("2026-01-01T10:00:00Z"));
  }

  @Test
  void locksEditedTriggerAgainstFiring() {
    lock(database.begin());

    int fired =
        database.callWithoutBlocking(
            client ->
                client.update(
                    "update trigger set next_fire_at = null where job_id in"
                        + " (select job_id from trigger for update skip locked)"));

    assertThat(fired).isZero();
  }

  @Test
  void locksNoTriggerWhenReading() {
    store(database.begin()).findAll(List.of(job.id()));

    int written =
        database.callWithoutBlocking(client -> client.update("update trigger set priority = 1"));

    assertThat(written).isOne();
  }

  @Test
  void locksTriggersOfAppInJobOrder() {
    StoredJob second = job.sibling("second").trigger("null");
    StoredJob third = job.sibling("third").trigger("null");
    StoredJob other = database.job().trigger("null");
    Client firing = database.begin();
    firing.lock("select from trigger where job_id = ? for update", second.id());

    database
        .call(
            client ->
                client.transaction(
                    connection -> {
                      store(client).lockAllOf(job.app());
                      return true;
                    }))
        .awaitBlocked();

    assertThat(lockable()).containsExactly(third.id(), other.id());
  }

  @Test
  void findsActiveRunStartedByFixedDelay() {
    StoredJob other = database.job();
    job.instance(1, "drives_fixed_delay = true");
    other.instance(2);

    assertThat(store(database.begin()).ownRunActive(List.of(job.id(), other.id())))
        .containsExactly(job.id());
  }

  @Test
  void clearsOnlyNextFireOfStoppedTrigger() {
    StoredJob other = database.job().trigger("'2026-01-01T09:00:00Z'");

    store(database.hot()).stop(List.of(job.id()));

    Map<Long, TriggerState> states = store(database.begin()).findAll(List.of(job.id(), other.id()));
    assertThat(states.get(job.id()).nextFireAt()).isNull();
    assertThat(states.get(job.id()).anchorAt()).isNotNull();
    assertThat(states.get(other.id()).nextFireAt()).isNotNull();
  }

  private List<Long> lockable() {
    return database.callWithoutBlocking(
        client ->
            client.autocommit(
                connection ->
                    SqlStatement.of(
                            connection,
                            "select job_id from trigger order by job_id for update skip locked")
                        .list(row -> row.getLong("job_id"))));
  }

  private Optional<TriggerState> lock(Client client) {
    return store(client).lock(job.id());
  }

  private static TriggerStore store(Client client) {
    return new TriggerStore(client.edit());
  }

  @Test
  void updatesPriorityAndDeletesTriggerOfGivenJobOnly() {
    StoredJob other = job.sibling("other").trigger("null");

    store(database.hot()).setPriority(job.id(), 9);
    assertThat(database.numbers("select job_id from trigger where priority = 9"))
        .containsExactly(job.id());

    store(database.hot()).delete(List.of(job.id()));
    assertThat(database.numbers("select job_id from trigger")).containsExactly(other.id());
  }

  @Test
  void writesAllFieldsOfGivenTriggerOnly() {
    StoredJob other = job.sibling("other").trigger("'2026-01-01T09:00:00Z'");
    Instant noon = Instant.parse("2026-01-01T12:00:00Z");
    TriggerState written =
        new TriggerState(noon, noon.plusSeconds(1), noon.plusSeconds(2), Duration.ofSeconds(3));

    store(database.hot()).write(List.of(new TriggerStore.Row(job.id(), 7, written)));

    assertThat(store(database.hot()).find(job.id())).contains(written);
    assertThat(database.numbers("select priority from trigger order by job_id"))
        .first()
        .isEqualTo(7L);
    assertThat(store(database.hot()).find(other.id()).orElseThrow().nextFireAt())
        .isEqualTo(Instant.parse("2026-01-01T09:00:00Z"));
  }

  @Test
  void findsAndLocksOnlyGivenTriggers() {
    StoredJob other = job.sibling("other").trigger("null");

    assertThat(store(database.hot()).findAll(List.of(job.id()))).containsOnlyKeys(job.id());
    lock(database.begin());

    assertThat(lockable()).containsExactly(other.id());
  }

  @Test
  void ignoresFixedDelayRunOfAnotherJob() {
    job.sibling("other").instance(1, "drives_fixed_delay = true");

    assertThat(store(database.begin()).ownRunActive(List.of(job.id()))).isEmpty();
  }

  @Test
  void locksOnlyTriggersOfGivenApp() {
    StoredJob other = database.job().trigger("null");

    store(database.begin()).lockAllOf(job.app());

    assertThat(lockable()).containsExactly(other.id());
  }

  @Test
  void locksTriggersOfAppInJobOrderRegardlessOfRowOrder() {
    requireLockedInOrder((store, jobs) -> store.lockAllOf(job.app()));
  }

  @Test
  void locksTriggersOfManyJobsInJobOrderRegardlessOfRowOrder() {
    requireLockedInOrder(TriggerStore::lockAll);
  }

  /** Rows stand in the table against the order of their jobs. */
  private void requireLockedInOrder(BiConsumer<TriggerStore, List<Long>> lock) {
    StoredJob first = job.sibling("first");
    StoredJob second = job.sibling("second").trigger("null");
    first.trigger("null");
    database.begin().lock("select from trigger where job_id = ? for update", first.id());

    database
        .call(
            client ->
                client.transaction(
                    connection -> {
                      lock.accept(store(client), List.of(second.id(), first.id(), job.id()));
                      return true;
                    }))
        .awaitBlocked();

    assertThat(lockable()).containsExactly(second.id());
  }
}
