package dev.orrery.scheduler.engine.completion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.base.database.StoreServiceTest;
import dev.orrery.scheduler.base.database.StoredJob;
import dev.orrery.scheduler.flow.StoredParent;
import dev.orrery.scheduler.model.instance.AttemptEnd;
import dev.orrery.scheduler.model.instance.Fence;
import dev.orrery.scheduler.model.instance.InstanceCounters;
import dev.orrery.scheduler.model.job.JobVersionCache;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Completes attempts in a database, by the retry policies of their jobs. */
@QuarkusTest
class AttemptCompletionServiceTest extends StoreServiceTest {
  private final UUID session = UUID.randomUUID();

  @Inject JobVersionCache versions;

  @Test
  void returnsShortestOfSeveralBackoffs() {
    runs(1, retriedAfter(20));
    runs(2, retriedAfter(10));
    runs(3, retriedAfter(30));

    AfterCommit afterCommit = complete(1, 2, 3);

    assertThat(afterCommit.completed()).hasSize(3);
    assertThat(afterCommit.nextDueIn()).isEqualTo(Duration.ofSeconds(10));
    assertThat(afterCommit.readyLanes()).isEmpty();
  }

  /** More jobs than one statement reads. */
  @Test
  void appliesRetryPolicyOfEachJobInLargeBatch() {
    int count = 45;
    for (int i = 1; i <= count; i++) {
      runs(i, i % 2 == 0 ? retriedAfter(i) : database.job());
    }

    AfterCommit afterCommit = complete(LongStream.rangeClosed(1, count).toArray());

    assertThat(afterCommit.completed()).hasSize(count);
    assertThat(afterCommit.nextDueIn()).isEqualTo(Duration.ofSeconds(2));
    assertThat(database.numbers("select id from instance where state = 0")).hasSize(count / 2);
    assertThat(database.numbers("select id from instance_history")).hasSize(count - count / 2);
  }

  @Test
  void returnsReadyLaneOfImmediateRetry() {
    StoredJob job = retriedAfter(0);
    runs(1, job);

    AfterCommit afterCommit = complete(1);

    assertThat(afterCommit.readyLanes()).containsExactly(job.lane());
    assertThat(afterCommit.nextDueIn()).isNull();
  }

  @Test
  void delaysRetryOfUnreadableJobAndEndsRemainingAttempts() {
    StoredJob unreadable = retriedAfter(0);
    database.update(
        "update job_version set document = jsonb_set(document, '{processor,type}', '\"quantum\"')"
            + " where id = ?",
        unreadable.version());
    runs(1, database.job());
    runs(2, unreadable);
    runs(3, database.job());

    AfterCommit afterCommit = complete(1, 2, 3);

    assertThat(afterCommit.completed()).hasSize(3);
    assertThat(afterCommit.nextDueIn()).isEqualTo(Duration.ofMinutes(1));
    assertThat(database.numbers("select id from instance where state = 0")).containsExactly(2L);
    assertThat(database.numbers("select id from instance_history")).containsExactly(1L, 3L);
  }

  @Test
  void delaysRetryWhenVersionBelongsToDifferentJob() {
    runs(1, retriedAfter(0));
    StoredJob other = retriedAfter(0);
    database.update("update instance set job_version_id = ? where id = 1", other.version());

    AfterCommit afterCommit = complete(1);

    assertThat(afterCommit.readyLanes()).isEmpty();
    assertThat(afterCommit.nextDueIn()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void movesEndedPartToPartHistoryAndReturnsItsParent() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":2}");
    tree.awaiting(1, 2, 2, 2, 0);
    part(tree, 2);
    runs(3, database.job());

    AfterCommit afterCommit = complete(2, 3);

    assertThat(afterCommit.parents()).containsExactly(1L);
    assertThat(database.texts("select id || ' ' || parent_id || ' ' || state from part_history"))
        .containsExactly("2 1 11");
    assertThat(database.numbers("select id from instance_history")).containsExactly(3L);
    assertThat(database.numbers("select id from instance")).containsExactly(1L);
  }

  @Test
  void rerunsPartImmediatelyDespitePausedJob() {
    StoredParent tree =
        StoredParent.create(
            database,
            "{\"type\":\"shards\",\"count\":2},\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT0S\"}");
    tree.awaiting(1, 2, 2, 2, 0);
    part(tree, 2);
    tree.job().pause();

    AfterCommit afterCommit = complete(2);

    assertThat(afterCommit.readyLanes()).containsExactly(tree.job().lane());
    assertThat(afterCommit.parents()).isEmpty();
    assertThat(database.instancesIn(1)).containsExactly(2L);
  }

  @Test
  void endsPinnedPartDespiteRetryPolicy() {
    StoredParent tree =
        StoredParent.create(database, "{\"type\":\"broadcast\"},\"retry\":{\"maxAttempts\":2}");
    tree.awaiting(1, 1, 1, 1, 0);
    part(tree, 2);

    complete(2);

    assertThat(database.texts("select id || ' ' || state from part_history"))
        .containsExactly("2 11");
  }

  @Test
  void movesPartWithMissingJobVersionToPartHistory() {
    StoredParent tree = StoredParent.create(database, "{\"type\":\"shards\",\"count\":2}");
    tree.awaiting(1, 2, 2, 2, 0);
    part(tree, 2);
    database.update("update instance set job_version_id = -1 where id = 2");

    assertThat(complete(2).parents()).containsExactly(1L);

    assertThat(database.numbers("select id from part_history")).containsExactly(2L);
  }

  private void part(StoredParent tree, long id) {
    tree.part(
        id,
        1,
        0,
        "state = 3",
        "attempt = 1",
        "session_id = '" + session + "'",
        "started_at = now()");
  }

  /** Its retry policy is gone, too, so it has the default. */
  @Test
  void endsAttemptWhoseJobVersionIsMissing() {
    runs(1, database.job());
    runs(2, database.job());
    runs(3, database.job());
    database.update("update instance set job_version_id = -1 where id = 2");

    complete(1, 2, 3);

    assertThat(database.numbers("select id from instance_history order by id"))
        .containsExactly(1L, 2L, 3L);
  }

  /** The retry policy can be read although the processor cannot. */
  @Test
  void endsLastAttemptOfUnreadableJob() {
    StoredJob unreadable = database.job("\"retry\":{\"maxAttempts\":1}");
    database.update(
        "update job_version set document = jsonb_set(document, '{processor,type}', '\"quantum\"')"
            + " where id = ?",
        unreadable.version());
    runs(1, unreadable);

    complete(1);

    assertThat(database.numbers("select id from instance_history")).containsExactly(1L);
  }

  private StoredJob retriedAfter(int seconds) {
    return database.job(
        "\"retry\":{\"maxAttempts\":2,\"backoff\":\"PT%dS\",\"maxBackoff\":\"PT1H\"}"
            .formatted(seconds));
  }

  private void runs(long instance, StoredJob job) {
    job.running(instance, session);
  }

  private AfterCommit complete(long... instances) {
    List<EndedAttempt> failed =
        LongStream.of(instances)
            .mapToObj(id -> new Fence(new AttemptRef(id, 1), session))
            .map(fence -> EndedAttempt.declared(fence, AttemptEnd.FAILED, "on purpose"))
            .toList();
    AttemptCompletionService completion =
        new AttemptCompletionService(versions, InstanceCounters.in(new SimpleMeterRegistry()));
    return database.hot().transaction(connection -> completion.complete(connection, failed));
  }
}
