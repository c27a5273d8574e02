package dev.orrery.scheduler.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.hint.Hint;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.hint.RecordedHints;
import dev.orrery.scheduler.model.job.ParentLane;
import dev.orrery.scheduler.model.job.TestVersions;
import dev.orrery.scheduler.model.job.document.JobDocumentCodec;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ParentStarterTest extends StoreServiceTest {
  private static final String SHARDS =
      "{\"type\":\"shards\",\"count\":10,\"parallelism\":4,\"tolerate\":\"20%\"}";
  private static final String BROADCAST = "{\"type\":\"broadcast\"}";

  @Inject JobDocumentCodec documents;

  private final HintBus hints = new HintBus();
  private final RecordedHints heard = RecordedHints.on(hints);

  @Test
  void startsReadyParentOfShardsOnce() {
    StoredParent.create(database, SHARDS).ready(1);

    assertThat(start(database.hot())).containsExactly(1L);

    assertThat(database.texts("select state || ' ' || attempt from instance"))
        .containsExactly("4 1");
    assertThat(
            database.texts(
                "select total || ' ' || made || ' ' || parallelism || ' ' || tolerated"
                    + " from parent_instance"))
        .containsExactly("10 0 4 2");
    assertThat(start(database.hot())).isEmpty();
  }

  @Test
  void ignoresInstancesOfOtherLanesAndStates() {
    StoredParent tree = StoredParent.create(database, SHARDS);
    tree.ready(1, "state = 2");
    tree.ready(2, "state = 0");
    tree.part(3, 2, 0);
    database.job().instance(4);

    assertThat(start(database.hot())).isEmpty();
  }

  @Test
  void assignsOneRunningPartToEachMatchingSession() {
    StoredParent tree = StoredParent.create(database, BROADCAST);
    UUID first = database.session(tree.job());
    UUID second = database.session(tree.job());
    UUID draining = database.session(tree.job());
    UUID ended = database.session(tree.job());
    UUID other = database.session(tree.job());
    database.session(database.job());
    database.update("update worker_session set draining = true where id = ?", draining);
    database.update("update worker_session set ended_at = now() where id = ?", ended);
    database.update("update worker_session set processors = '{shell}' where id = ?", other);
    tree.job().version("timeout = interval '5 s'");
    tree.ready(1);

    assertThat(start(database.hot())).containsExactly(1L);

    assertThat(
            database.texts(
                "select session_id || ' ' || state || ' ' || attempt || ' '"
                    + " || (deadline_at - started_at) from instance where parent_id = 1"))
        .containsExactlyInAnyOrder(first + " 3 1 00:00:07", second + " 3 1 00:00:07");
    assertThat(database.numbers("select part from instance where parent_id = 1 order by part"))
        .containsExactly(0L, 1L);
    assertThat(database.texts("select total || ' ' || made from parent_instance"))
        .containsExactly("2 2");
    assertThat(heard.all()).containsExactly(new Hint.Deliver(Set.of(first, second)));
  }

  @Test
  void assignsNoPartToSessionThatIsEnding() {
    StoredParent tree = StoredParent.create(database, BROADCAST);
    UUID staying = database.session(tree.job());
    UUID ending = database.session(tree.job());
    tree.ready(1);
    database.begin().lock("select from worker_session where id = '" + ending + "' for update");

    assertThat(database.callWithoutBlocking(this::start)).containsExactly(1L);

    assertThat(database.texts("select session_id from instance where parent_id = 1"))
        .containsExactly(staying.toString());
  }

  @Test
  void skipsBroadcastWithoutWorkerAndStartsNextParent() {
    StoredParent.create(database, BROADCAST).ready(1);
    StoredParent.create(database, SHARDS).ready(2);

    assertThat(start(database.hot())).containsExactly(2L);

    assertThat(database.instancesIn(1)).containsExactly(1L);
  }

  @Test
  void skipsParentThatAnotherReplicaStarts() {
    StoredParent tree = StoredParent.create(database, SHARDS);
    tree.ready(1);
    tree.ready(2);
    database.begin().lock("select from instance where id = 1 for update");

    assertThat(database.callWithoutBlocking(this::start)).containsExactly(2L);
  }

  @Test
  void keepsParentsReadyWhileAppIsAtParentLimit() {
    StoredParent tree = StoredParent.create(database, SHARDS);
    tree.job().instances(1, ParentLane.MAX_AWAITING);
    database.update("update instance set state = 4, lane_id = ?", tree.lane());
    tree.ready(5000);
    StoredParent.create(database, SHARDS).ready(5001);

    assertThat(start(database.hot())).containsExactly(5001L);
  }

  private List<Long> start(EngineDatabase client) {
    return new ParentStarter(client, TestVersions.cache(client, documents), hints)
        .start()
        .parents();
  }
}
