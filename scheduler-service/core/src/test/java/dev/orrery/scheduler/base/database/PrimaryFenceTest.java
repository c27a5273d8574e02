package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.time.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.jdbc.PgConnection;

/** Checks which connections the fence admits and closes, depending on their server. */
class PrimaryFenceTest extends StoreTest {
  private final DatabaseReachability reachability = new DatabaseReachability();
  private final ScriptedFence fence = new ScriptedFence(reachability);
  private final AtomicInteger changes = new AtomicInteger();
  private final List<Connection> connections = new ArrayList<>();

  @BeforeEach
  void listen() {
    reachability.listen(failure -> {}, changes::incrementAndGet);
  }

  @AfterEach
  void close() throws SQLException {
    for (Connection connection : connections) {
      connection.close();
    }
  }

  @Test
  void refusesAndClosesConnectionToOldPrimary() throws SQLException {
    Connection used = admitted(7, 2);
    Connection old = connect();
    fence.lead(7, 1);

    assertThatThrownBy(() -> fence.admit(old))
        .isInstanceOfSatisfying(
            RefusedServerException.class,
            refused -> {
              DatabaseException failure = new DatabaseException(refused);
              assertThat(failure.isOutage()).isTrue();
              assertThat(failure.isOutcomeUnknown()).isFalse();
              assertThat(OutageCause.of(failure)).isEqualTo(OutageCause.OLD_PRIMARY);
            })
        .hasMessageContaining("timeline=1")
        .hasMessageContaining("timeline=2");

    assertThat(old.isClosed()).isTrue();
    assertThat(used.isClosed()).isFalse();
    assertThat(changes).hasValue(0);
  }

  /** Of a URL with several hosts. Names in different case are different hosts to the driver. */
  @Test
  void deprioritizesRefusedServerAmongHosts() throws SQLException {
    String url =
        TestServer.url().replaceFirst("//[^/:]+(:\\d+)?", "//LOCALHOST$1,LocalHost$1")
            + "?targetServerType=primary";
    admitted(7, 2);
    fence.lead(7, 1);

    Connection first = connect(url);
    assertThat(host(first)).startsWith("LOCALHOST");
    assertThatThrownBy(() -> fence.admit(first)).isInstanceOf(RefusedServerException.class);

    assertThat(host(connect(url))).startsWith("LocalHost");
  }

  private static String host(Connection connection) throws SQLException {
    return connection.unwrap(PgConnection.class).getQueryExecutor().getHostSpec().toString();
  }

  @Test
  void closesConnectionsToPreviousServerOnPromotion() throws SQLException {
    Connection before = admitted(7, 2);
    Connection same = admitted(7, 2);
    assertThat(changes).hasValue(0);

    Connection promoted = admitted(7, 3);

    await().until(before::isClosed);
    await().until(same::isClosed);
    assertThat(promoted.isClosed()).isFalse();
    assertThat(changes).hasValue(1);
    assertThat(fence.newest()).contains(new ServerIdentity(7, 3));
  }

  @Test
  void closesConnectionsToPreviousServerOnPromotionSeenByPeer() throws SQLException {
    fence.seenByOther(new ServerIdentity(7, 9));
    assertThat(fence.newest()).isEmpty();
    Connection before = admitted(7, 2);
    fence.seenByOther(new ServerIdentity(7, 1));
    fence.seenByOther(new ServerIdentity(7, 2));
    fence.seenByOther(new ServerIdentity(8, 5));
    assertThat(before.isClosed()).isFalse();

    fence.seenByOther(new ServerIdentity(7, 3));

    await().until(before::isClosed);
    assertThat(changes).hasValue(1);
    assertRefused(7, 2, OutageCause.OLD_PRIMARY);
    assertThat(admitted(7, 3).isClosed()).isFalse();
  }

  @Test
  void adoptsDifferentDatabaseOnlyDuringOutage() throws SQLException {
    Connection before = admitted(7, 5);
    assertRefused(8, 1, OutageCause.OTHER_DATABASE);

    DatabaseFailures.beginOutage(reachability);
    assertRefused(7, 4, OutageCause.OLD_PRIMARY);
    assertRefused(8, 1, OutageCause.OTHER_DATABASE);
    fence.lead(8, 1);
    Connection restored = connect();
    ServerIdentity other = fence.admitForCheck(restored).orElseThrow();
    assertThat(before.isClosed()).isFalse();
    fence.adopt(other, restored);
    DatabaseFailures.endOutage(reachability);

    await().until(before::isClosed);
    assertThat(restored.isClosed()).isFalse();
    assertThat(admitted(8, 1).isClosed()).isFalse();
    assertRefused(7, 5, OutageCause.OTHER_DATABASE);
  }

  @Test
  void admitsWriteCheckOnDifferentDatabaseOnlyDuringOutage() throws SQLException {
    admitted(7, 5);
    fence.lead(8, 1);
    Connection other = connect();

    assertThatThrownBy(() -> fence.admitForCheck(other)).isInstanceOf(RefusedServerException.class);
    assertThat(other.isClosed()).isTrue();

    fence.lead(7, 5);
    assertThat(fence.admitForCheck(connect())).isEmpty();
  }

  @Test
  void identifiesServerBySystemAndTimeline() {
    ServerIdentity server = identified(database.hot()).orElseThrow();

    assertThat(server.system()).isPositive();
    assertThat(server.timeline()).isOne();
  }

  @Test
  void identifiesNoServerWithoutPermissionToReadTimeline() {
    StoreDatabase.Client client = database.hot();
    database.update("drop role if exists fence_reader");
    database.update("create role fence_reader");
    try {
      database.update("revoke execute on function pg_current_wal_lsn() from public");
      client.lock("select set_config('role', 'fence_reader', false)");

      PrimaryFence real = new PrimaryFence(new DatabaseReachability(), Ticker.SYSTEM);
      assertThat(client.autocommit(real::identify)).isEmpty();
      assertThat(database.hot().autocommit(real::identify)).isPresent();
    } finally {
      database.update("grant execute on function pg_current_wal_lsn() to public");
      database.update("drop role fence_reader");
    }
  }

  private static Optional<ServerIdentity> identified(StoreDatabase.Client client) {
    PrimaryFence real = new PrimaryFence(new DatabaseReachability(), Ticker.SYSTEM);
    return client.autocommit(real::identify);
  }

  private Connection admitted(long system, long timeline) throws SQLException {
    Connection connection = connect();
    fence.lead(system, timeline);
    fence.admit(connection);
    return connection;
  }

  private void assertRefused(long system, long timeline, OutageCause cause) throws SQLException {
    Connection connection = connect();
    fence.lead(system, timeline);
    assertThatThrownBy(() -> fence.admit(connection))
        .isInstanceOfSatisfying(
            RefusedServerException.class,
            refused -> assertThat(OutageCause.of(new DatabaseException(refused))).isEqualTo(cause));
    assertThat(connection.isClosed()).isTrue();
  }

  private Connection connect() throws SQLException {
    return connect(TestServer.url());
  }

  private Connection connect(String url) throws SQLException {
    Connection connection = TestServer.connect(url);
    connections.add(connection);
    return connection;
  }
}
