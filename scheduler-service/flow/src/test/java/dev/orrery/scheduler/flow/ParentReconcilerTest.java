package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.flow.FlowStore.NodeKey;
import dev.orrery.scheduler.flow.ParentStore.AwaitingParent;
import dev.orrery.scheduler.model.instance.EndReason;
import dev.orrery.scheduler.model.instance.InstanceState;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParentReconcilerTest extends StoreTest {
  private static final int SUCCEEDED = 10;
  private static final int FAILED = 11;

  private StoredParent tree;

  @BeforeEach
  void createRows() {
    tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":10}");
  }

  @Test
  void makesReadyPartsUpToParallelism() {
    tree.awaiting(1, 10, 0, 4, 0, "priority = 7");

    ReconcileResult result = reconcile(1);

    assertThat(
            database.texts(
                "select part || ' ' || state || ' ' || priority || ' ' || limited from instance"
                    + " where parent_id = 1 order by id"))
        .containsExactly("0 1 7 false", "1 1 7 false", "2 1 7 false", "3 1 7 false");
    assertThat(made()).isEqualTo(4);
    assertThat(result.readyLanes()).containsExactly(tree.job().lane());
    assertThat(result.unfinished()).isEmpty();
  }

  @Test
  void sharesLimitOfWaitingPartsAmongParents() {
    tree.awaiting(1, 10_000, 0, 5_000, 0);
    tree.awaiting(2, 10_000, 0, 5_000, 0);
    tree.awaiting(3, 1_000, 1_000, 500, 0);

    reconcile(1);
    assertThat(made()).isEqualTo(1_000);

    database.update("update instance set state = 3 where parent_id = 1 and part >= 500");
    reconcile(1);
    assertThat(made()).isEqualTo(1_500);

    database.update("update instance set state = 3 where parent_id = 1 and part > 1000");
    reconcile(1);
    assertThat(made()).isEqualTo(1_500);
  }

  @Test
  void excludesParentsThatMakeNoPartsFromSharing() {
    tree.awaiting(1, 10_000, 0, 5_000, 0);
    tree.awaiting(2, 10, 10, 5_000, 0);
    tree.awaiting(3, 10, 0, 5_000, 0, "cancel_requested_at = now()");
    tree.awaiting(4, 10, 0, 5_000, 0);
    database.update("update parent_instance set ending = 11 where instance_id = 4");
    tree.awaiting(5, 10, 0, 5_000, 0);
    database.update("update parent_instance set flow = true where instance_id = 5");
    StoredJob paused = tree.job().sibling("paused");
    paused.pause();
    tree.awaiting(6, 10, 0, 5_000, 0);
    database.update("update instance set job_id = ? where id = 6", paused.id());

    reconcile(1);
    reconcile(1);

    assertThat(made()).isEqualTo(2_000);
  }

  @Test
  void continuesNumberingOfParts() {
    tree.awaiting(1, 10, 8, 4, 0);

    reconcile(1);

    assertThat(database.numbers("select part from instance where parent_id = 1 order by id"))
        .containsExactly(8L, 9L);
  }

  @Test
  void makesEachPartOnce() {
    tree.awaiting(1, 10, 0, 4, 0);

    reconcile(1);
    reconcile(1);

    assertThat(made()).isEqualTo(4);
    assertThat(database.number("select count(*) from instance where parent_id = 1")).isEqualTo(4);
  }

  @Test
  void endsParentAfterItsLastPart() {
    tree.awaiting(1, 2, 2, 4, 0, "limited = true");
    tree.ended(2, 1, 0, SUCCEEDED);
    tree.part(3, 1, 1);
    assertThat(reconcile(1).ended()).isEmpty();

    database.update(StoredParent.end(3, SUCCEEDED));
    ReconcileResult result = reconcile(1);

    assertThat(result.ended()).containsOnly(entry(InstanceState.SUCCEEDED, 1));
    assertThat(result.limitedJobs()).containsExactly(tree.job().id());
    assertThat(database.texts("select id || ' ' || state || ' ' || attempt from instance_history"))
        .containsExactly("1 10 1");
    assertThat(database.texts("select succeeded || ' ' || failed from parent_instance"))
        .containsExactly("2 0");
    assertThat(database.number("select count(*) from instance")).isZero();
  }

  @Test
  void failsParentWithMoreFailedPartsThanTolerated() {
    tree.awaiting(1, 3, 3, 4, 1);
    tree.ended(2, 1, 0, FAILED);
    tree.ended(3, 1, 1, SUCCEEDED);
    tree.ended(4, 1, 2, FAILED);

    assertThat(reconcile(1).ended()).containsOnly(entry(InstanceState.FAILED, 1));
    assertThat(
            database.texts("select state || ' ' || reason || ': ' || error from instance_history"))
        .containsExactly("11 PARTS_FAILED: 2 of 3 parts did not succeed; the job tolerates 1");
  }

  @Test
  void stopsActivePartsOfFailedParent() {
    tree.awaiting(1, 10, 2, 4, 0);
    tree.ended(2, 1, 0, FAILED);
    tree.part(3, 1, 1);

    ReconcileResult result = reconcile(1);

    assertThat(result.stopping()).containsExactly(new Stop(1, app(), EndReason.PARTS_FAILED));
    assertThat(result.ended()).isEmpty();
    assertThat(database.number("select ending from parent_instance")).isEqualTo(11);
    assertThat(made()).isEqualTo(2);
  }

  /** The count would otherwise cost each of many reconciliations the same rows. */
  @Test
  void countsToleratedFailuresOnlyInCheckOrAtHalfParallelism() {
    tree.awaiting(1, 400, 104, 4, 100);
    for (int part = 0; part < 101; part++) {
      tree.ended(10 + part, 1, part, FAILED);
    }
    for (int part = 101; part < 104; part++) {
      tree.part(10 + part, 1, part);
    }

    assertThat(reconcile(1).stopping()).isEmpty();
    assertThat(reconciler(database.hot()).reconcile(List.of(1L), true).stopping()).hasSize(1);

    database.update("update parent_instance set ending = null");
    database.update(StoredParent.end(113, SUCCEEDED));
    assertThat(reconcile(1).stopping()).hasSize(1);
  }

  @Test
  void endsCanceledParentWithReasonOfRequest() {
    tree.awaiting(1, 10, 2, 4, 5, "cancel_requested_at = now()", "cancel_reason = 'JOB_DELETED'");
    tree.part(2, 1, 0);

    assertThat(reconcile(1).stopping()).containsExactly(new Stop(1, app(), EndReason.JOB_DELETED));
    database.update(StoredParent.end(2, 13));
    assertThat(reconcile(1).ended()).containsOnly(entry(InstanceState.CANCELED, 1));
    assertThat(database.texts("select state || ' ' || reason from instance_history"))
        .containsExactly("13 JOB_DELETED");
  }

  @Test
  void makesNoPartsWhileJobOrAppIsPaused() {
    tree.awaiting(1, 10, 0, 4, 0);
    tree.job().pause();
    reconcile(1);
    assertThat(made()).isZero();

    database.update("update job set paused = false");
    tree.job().pauseApp();
    reconcile(1);
    assertThat(made()).isZero();

    database.update("update app set paused = false");
    reconcile(1);
    assertThat(made()).isEqualTo(4);
  }

  @Test
  void readsPartEndCommittedDuringWaitForLock() {
    tree.awaiting(1, 1, 1, 4, 0);
    tree.part(2, 1, 0);
    StoreDatabase.Client other = database.begin();
    assertThat(reconciler(other).reconcile(List.of(1L), false).ended()).isEmpty();

    Call<ReconcileResult> second =
        database.call(client -> reconciler(client).reconcile(List.of(1L), false)).awaitBlocked();
    database.update(StoredParent.end(2, SUCCEEDED));
    other.commit();

    assertThat(second.result().ended()).containsOnly(entry(InstanceState.SUCCEEDED, 1));
  }

  @Test
  void readsEndingCommittedDuringWaitForLock() {
    tree.awaiting(1, 1, 1, 4, 0);
    database.update("update parent_instance set flow = true");
    StoreDatabase.Client other = database.begin();
    other.lock("select from instance where id = 1 for update");

    Call<List<AwaitingParent>> second =
        database
            .call(client -> client.transaction(open -> ParentStore.lockAwaiting(open, List.of(1L))))
            .awaitBlocked();
    other.update("update parent_instance set ending = ?", FAILED);
    other.commit();

    assertThat(second.result())
        .extracting(parent -> parent.flow().ending())
        .containsExactly(InstanceState.FAILED);
  }

  @Test
  void forgetsResultOfNodeThatIsReset() {
    tree.awaiting(1, 1, 1, 4, 0);
    database.update(
        """
        insert into flow_node (flow_id, name, job, state, instance_id, result, reused)
        values (1, 'fetch', 'job', ?, 2, 'orders.csv', true)
        """,
        SUCCEEDED);
    List<NodeKey> fetch = List.of(new NodeKey(1, "fetch"));

    Map<NodeKey, String> results =
        database
            .hot()
            .transaction(
                open -> {
                  FlowStore.reset(open, fetch);
                  return FlowStore.results(open, fetch);
                });

    assertThat(results).isEmpty();
  }

  @Test
  void locksTriggerBeforeItsParent() {
    tree.job().trigger("null");
    tree.awaiting(1, 1, 1, 4, 0, "drives_fixed_delay = true");
    StoreDatabase.Client fire = database.begin();
    fire.lock("select from trigger for update");

    Call<ReconcileResult> reconciliation =
        database.call(client -> reconciler(client).reconcile(List.of(1L), false)).awaitBlocked();
    fire.lock("select from instance where id = 1 for update nowait");
    fire.commit();

    assertThat(reconciliation.result().ended()).containsOnly(entry(InstanceState.SUCCEEDED, 1));
  }

  @Test
  void commitsSynchronouslyOnlyWhenParentEnds() {
    tree.awaiting(1, 1, 0, 4, 0);

    assertThat(synchronousCommitAfterLook()).isEqualTo("off");

    database.update(StoredParent.end(partOf(1), SUCCEEDED));
    assertThat(synchronousCommitAfterLook()).isEqualTo("on");
  }

  @Test
  void leavesPartsUnlocked() {
    tree.awaiting(1, 10, 1, 4, 0);
    tree.part(2, 1, 0);
    database.begin().lock("select from instance where id = 2 for update");

    database.callWithoutBlocking(client -> reconciler(client).reconcile(List.of(1L), false));
  }

  @Test
  void ignoresEndedParentsAndOtherInstances() {
    tree.job().instance(5);

    ReconcileResult result = reconcile(1, 5);

    assertThat(result.ended()).isEmpty();
    assertThat(database.instancesIn(1)).containsExactly(5L);
  }

  @Test
  void setsNextFireOfFixedDelayAtEndOfParent() {
    tree.job().trigger("null");
    database.update("update trigger set delay = interval '1 hour'");
    tree.awaiting(1, 1, 1, 4, 0, "drives_fixed_delay = true");
    tree.ended(2, 1, 0, SUCCEEDED);

    assertThat(reconcile(1).nextFireIn()).isBetween(Duration.ofMinutes(59), Duration.ofHours(1));
  }

  /** Looks at no flows. */
  private static ParentReconciler reconciler(StoreDatabase.Client client) {
    return new ParentReconciler(client, null);
  }

  private ReconcileResult reconcile(long... ids) {
    return reconciler(database.hot()).reconcile(LongStream.of(ids).boxed().toList(), false);
  }

  /** Looks in a transaction that waits for the disk otherwise. */
  private String synchronousCommitAfterLook() {
    StoreDatabase.Client client = database.begin();
    client.update("set local synchronous_commit = on");
    reconciler(client).reconcile(List.of(1L), false);
    String setting =
        client.autocommit(
            open ->
                SqlStatement.of(open, "show synchronous_commit")
                    .first(row -> row.getString(1))
                    .orElseThrow());
    client.commit();
    return setting;
  }

  private long partOf(long parent) {
    return database.number("select id from instance where parent_id = ?", parent);
  }

  private int app() {
    return (int) database.number("select app_id from lane where id = ?", tree.lane());
  }

  private long made() {
    return database.number("select made from parent_instance where instance_id = 1");
  }
}
