package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.VersionRange;
import dev.orrery.scheduler.base.database.Call;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.StoreDatabase;
import dev.orrery.scheduler.base.database.StoreTest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ReplicaStoreTest extends StoreTest {
  private static final Instant NOON = Replicas.NOON;
  private static final Duration TEN_MINUTES = Duration.ofMinutes(10);
  private static final UUID ONE = new UUID(0, 1);
  private static final UUID TWO = new UUID(0, 2);

  @Test
  void recordsStartOfServingAtFirstReadyHeartbeat() {
    join(database.hot(), ONE);
    beatAt(NOON, ONE, true);
    beatAt(NOON.plusSeconds(2), ONE, true);
    assertThat(servingSince()).containsExactly("2026-03-01 12:00:00+00");

    beatAt(NOON.plusSeconds(4), ONE, false);
    assertThat(servingSince()).containsExactly((String) null);

    beatAt(NOON.plusSeconds(6), ONE, true);
    assertThat(servingSince()).containsExactly("2026-03-01 12:00:06+00");
  }

  @Test
  void updatesOnlyItsOwnReplicaOnHeartbeat() {
    join(database.hot(), ONE);
    join(database.hot(), TWO);

    store(database.hot()).heartbeat(ONE, 42, List.of("X"), true);

    assertThat(
            database.texts(
                """
                select clock_offset_millis || ' ' || unready::text || ' '
                  || (serving_since is not null)
                from replica order by id
                """))
        .containsExactly("42 {X} true", "0 {STARTING} false");
  }

  @Test
  void resetsStartOfServingWhenReplicaRejoins() {
    join(database.hot(), ONE);
    beatAt(NOON, ONE, true);

    join(database.hot(), ONE);

    assertThat(servingSince()).containsExactly((String) null);
    assertThat(database.texts("select unready::text from replica")).containsExactly("{STARTING}");
  }

  @Test
  void replacesReplicaAtSameAddressWithNewcomer() {
    join(database.hot(), ONE, "10.0.0.1:10020");
    join(database.hot(), TWO, "10.0.0.2:10020");
    UUID newcomer = new UUID(0, 3);

    join(database.hot(), newcomer, "10.0.0.1:10020");

    assertThat(database.texts("select id::text from replica order by id"))
        .containsExactly(TWO.toString(), newcomer.toString());
  }

  /** Otherwise one that came later could have the earlier time. */
  @Test
  void serializesConcurrentJoins() {
    StoreDatabase.Client first = database.begin();
    join(first, ONE);

    Call<UUID> second = database.call(client -> join(client, TWO)).awaitBlocked();
    first.commit();

    second.result();
    assertThat(database.texts("select id::text from replica order by joined_at"))
        .containsExactly(ONE.toString(), TWO.toString());
  }

  @Test
  void marksReplicaAsNotLiveAfterSevenSecondsOfSilence() {
    join(database.hot(), ONE);
    beatAt(NOON, ONE, true);

    assertThat(seenAt(NOON.plusMillis(6_999))).extracting(Replica::live).containsExactly(true);
    assertThat(seenAt(NOON.plusMillis(7_000))).extracting(Replica::live).containsExactly(false);
  }

  @Test
  void deletesReplicaAfterTenMinutesOfSilence() {
    join(database.hot(), ONE);
    beatAt(NOON, ONE, true);

    beatAt(NOON.plus(TEN_MINUTES), TWO, true);
    assertThat(database.number("select count(*) from replica")).isOne();

    beatAt(NOON.plus(TEN_MINUTES).plusMillis(1), TWO, true);
    assertThat(database.number("select count(*) from replica")).isZero();
  }

  @Test
  void deletesLeavingReplicaImmediately() {
    join(database.hot(), ONE);
    join(database.hot(), TWO);

    store(database.hot()).leave(ONE);

    assertThat(database.texts("select id::text from replica")).containsExactly(TWO.toString());
  }

  private void beatAt(Instant now, UUID id, boolean serves) {
    store(database.hotAt(now)).heartbeat(id, 0, List.of(), serves);
  }

  private List<Replica> seenAt(Instant now) {
    return store(database.hotAt(now)).heartbeat(TWO, 0, List.of(), true).replicas();
  }

  private List<String> servingSince() {
    return database.texts("select serving_since from replica");
  }

  private static UUID join(EngineDatabase client, UUID id) {
    return join(client, id, "10.0.0." + id.getLeastSignificantBits() + ":10020");
  }

  private static UUID join(EngineDatabase client, UUID id, String address) {
    store(client)
        .join(
            new OwnReplica(
                id,
                ReplicaAddress.parse(address),
                new SupportedProtocols(
                    "1.0", "5", List.of("http"), "http", new VersionRange(1, 1))));
    return id;
  }

  private static ReplicaStore store(EngineDatabase client) {
    return new ReplicaStore(client);
  }

  @Test
  void keepsRowOfRejoiningReplicaWithLaterJoinTime() {
    join(database.hotAt(NOON), ONE);
    join(database.hot(), TWO);
    database.update("update replica set joined_at = '2026-01-01', seen_at = '2026-01-01'");

    join(database.hot(), ONE);

    assertThat(database.texts("select id::text from replica where joined_at > '2026-01-01'"))
        .containsExactly(ONE.toString());
    assertThat(database.texts("select id::text from replica where seen_at > '2026-01-01'"))
        .containsExactly(ONE.toString());
  }

  @Test
  void listsReplicasByStartThenId() {
    UUID three = new UUID(0, 3);
    join(database.hot(), three);
    join(database.hot(), TWO);
    join(database.hot(), ONE);
    database.update("update replica set started_at = '2026-01-02'");
    database.update("update replica set started_at = '2026-01-01' where id = ?", three);

    assertThat(store(database.hot()).heartbeat(ONE, 0, List.of(), true).replicas())
        .extracting(Replica::id)
        .containsExactly(three, ONE, TWO);
  }
}
