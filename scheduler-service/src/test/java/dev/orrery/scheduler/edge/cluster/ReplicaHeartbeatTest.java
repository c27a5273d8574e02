package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.ServerIdentity;
import dev.orrery.scheduler.base.hint.TestPeers;
import dev.orrery.scheduler.base.time.SettableTicker;
import dev.orrery.scheduler.engine.agreement.TestAgreement;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Checks what a heartbeat writes, depending on the time since the last one. */
class ReplicaHeartbeatTest {
  private static final ServerIdentity SERVER = new ServerIdentity(7, 3);
  private static final String JOINS = "joins";
  private static final String STARTS = "[STARTING] serves=false";
  private static final String SERVES = "[] serves=true";

  private final SettableTicker ticker = new SettableTicker();
  private final List<String> written = new ArrayList<>();
  private final Replica own = Replicas.joined(1, false, true);
  private List<Replica> replicas = List.of(own);
  private Duration databaseTakes = Duration.ZERO;
  private DatabaseException outage;

  private final ReplicaStore store =
      new ReplicaStore(null) {
        @Override
        void join(OwnReplica self) {
          written.add(JOINS);
        }

        @Override
        Seen heartbeat(
            UUID id, long clockOffsetMillis, Collection<String> unready, boolean serves) {
          if (outage != null) {
            throw outage;
          }
          written.add(unready + " serves=" + serves);
          ticker.advance(databaseTakes);
          return new Seen(replicas, Replicas.NOON);
        }
      };
  private final Vertx vertx = Vertx.vertx();
  private final ReplicaHeartbeat heartbeat =
      new ReplicaHeartbeat(
          new OwnReplica(own.id(), new ReplicaAddress("10.0.0.1", 10020), own.spoken()),
          store,
          TestAgreement.listening(),
          new ReplicaLinkRegistry(
              vertx,
              new ClusterSecret("secret-of-the-test-0123456789"),
              ticker,
              this::now,
              TestPeers.peers(ticker),
              null,
              server -> {}),
          () -> Optional.of(SERVER),
          this::now,
          ticker);

  private Instant now() {
    return Replicas.NOON.plusSeconds(3);
  }

  @AfterEach
  void close() {
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }

  @Test
  void joinsAtFirstBeatAndServesOncePeersAreKnown() {
    assertThat(beat()).containsExactly(JOINS, STARTS, SERVES);
    assertThat(beat()).containsExactly(SERVES);
  }

  /** The others have counted it as lost by then, and decided without it. */
  @Test
  void rejoinsAfterSilenceLongerThanLivenessTimeout() {
    beat();

    ticker.advance(ClusterConfig.LOST_AFTER);
    assertThat(beat()).containsExactly(SERVES);

    ticker.advance(ClusterConfig.LOST_AFTER.plusNanos(1));
    assertThat(beat()).containsExactly(JOINS, STARTS, SERVES);
  }

  @Test
  void rejoinsAtNextBeatWhenItsRowIsMissing() {
    beat();
    replicas = List.of();
    beat();
    replicas = List.of(own);

    assertThat(beat()).containsExactly(JOINS, STARTS, SERVES);
  }

  @Test
  void comparesClockWithDatabaseAtMiddleOfTheQuery() {
    databaseTakes = Duration.ofSeconds(2);

    beat();

    assertThat(heartbeat.hello().clockOffsetMillis()).isEqualTo(4000);
    assertThat(heartbeat.hello().database()).isEqualTo(SERVER);
  }

  /** They may use a server of the database that was promoted later. */
  @Test
  void contactsOtherReplicasDuringDatabaseOutage() throws IOException {
    try (ServerSocket port = new ServerSocket(0, 9, InetAddress.getLoopbackAddress())) {
      replicas = List.of(own, Replicas.live("127.0.0.1:" + port.getLocalPort()));
      beat();
      port.accept().close();
      outage = new DatabaseException(new SQLException("away", "08006"));

      assertThatThrownBy(this::beat).isSameAs(outage);

      port.setSoTimeout(10_000);
      port.accept().close();
    }
  }

  private List<String> beat() {
    written.clear();
    heartbeat.run();
    return List.copyOf(written);
  }
}
