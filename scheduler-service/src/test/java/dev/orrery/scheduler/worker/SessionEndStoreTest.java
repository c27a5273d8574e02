package dev.orrery.scheduler.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.message.AttemptRef;
import dev.orrery.scheduler.database.Call;
import dev.orrery.scheduler.database.EngineDatabase;
import dev.orrery.scheduler.database.StoreDatabase;
import dev.orrery.scheduler.database.StoreTest;
import dev.orrery.scheduler.database.StoredJob;
import dev.orrery.scheduler.instance.Fence;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SessionEndStoreTest extends StoreTest {
  private StoredJob job;

  @BeforeEach
  void createRows() {
    job = database.job();
  }

  @Test
  void onlySessionsWhoseLeaseIsOverExpire() {
    UUID expired = expiredSession();
    database.session(job);
    UUID ended = expiredSession();
    database.update("update worker_session set ended_at = now() where id = ?", ended);

    assertThat(lockExpired(database.hot())).containsExactly(expired);
  }

  @Test
  void sessionsThatAnotherReplicaEndsAreSkipped() {
    UUID first = expiredSession();
    UUID second = expiredSession();
    StoreDatabase.Client other = database.begin();
    other.lock("select id from worker_session where id = ? for update", first);

    List<UUID> others = database.callWithoutBlocking(this::lockExpired);

    assertThat(others).containsExactly(second);
  }

  @Test
  void expiredSessionsAreHeldUntilTheyHaveEnded() {
    expiredSession();
    lockExpired(database.begin());

    List<UUID> others = database.callWithoutBlocking(this::lockExpired);

    assertThat(others).isEmpty();
  }

  @Test
  void sessionIsEndedOnceOfTwoWhoEndIt() {
    UUID session = database.session(job);
    StoreDatabase.Client first = database.begin();
    assertThat(lockLive(first, session)).containsExactly(session);

    Call<List<UUID>> second = database.call(hot -> lockLive(hot, session)).awaitBlocked();
    first.transaction(
        connection -> {
          SessionEndStore.end(connection, List.of(session), "BYE");
          return null;
        });
    first.commit();

    assertThat(second.result()).isEmpty();
  }

  /**
   * Claims lock the sessions that they give work to: what they give is seen by whoever ends one.
   */
  @Test
  void goodByeWaitsForTheClaimUnderWay() {
    UUID session = database.session(job);
    StoreDatabase.Client claim = database.begin();
    claim.lock("select id from worker_session where id = ? for key share", session);

    Call<List<UUID>> live = database.call(hot -> lockLive(hot, session)).awaitBlocked();
    claim.commit();

    assertThat(live.result()).containsExactly(session);
  }

  @Test
  void sessionThatIsGivenWorkDoesNotExpireMeanwhile() {
    UUID session = expiredSession();
    StoreDatabase.Client claim = database.begin();
    claim.lock("select id from worker_session where id = ? for key share", session);

    assertThat(database.callWithoutBlocking(this::lockExpired)).isEmpty();

    claim.commit();
    assertThat(lockExpired(database.hot())).containsExactly(session);
  }

  @Test
  void runningInstancesOfEndedSessionsAreOrphans() {
    UUID ended = database.session(job);
    job.running(1, ended);
    job.running(2, database.session(job));
    database.update("update worker_session set ended_at = now() where id = ?", ended);

    List<Fence> orphans =
        database.hot().transaction(connection -> SessionEndStore.orphans(connection, 10));

    assertThat(orphans).containsExactly(new Fence(new AttemptRef(1, 1), ended));
  }

  private UUID expiredSession() {
    UUID session = database.session(job);
    database.update(
        "update worker_session set lease_until = now() - interval '1 second' where id = ?",
        session);
    return session;
  }

  private List<UUID> lockExpired(EngineDatabase client) {
    return client.transaction(connection -> SessionEndStore.lockExpired(connection, 20));
  }

  private static List<UUID> lockLive(EngineDatabase client, UUID session) {
    return client.transaction(connection -> SessionEndStore.lockLive(connection, session));
  }
}
