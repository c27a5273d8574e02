package dev.orrery.scheduler.base.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.database.ConnectionQuota;
import dev.orrery.scheduler.base.database.ConnectionRegistry;
import dev.orrery.scheduler.base.database.DatabaseException;
import dev.orrery.scheduler.base.database.DatabaseFailures;
import dev.orrery.scheduler.base.database.DatabaseReachability;
import dev.orrery.scheduler.base.database.DedicatedConnectionFactory;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.base.database.PoolDriver;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.database.ScriptedFence;
import dev.orrery.scheduler.base.database.ServerIdentity;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.SqlWork;
import dev.orrery.scheduler.base.database.TestServer;
import dev.orrery.scheduler.base.quota.QuotaMetrics;
import dev.orrery.scheduler.base.time.Ticker;
import dev.orrery.scheduler.testkit.TestMetrics;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.postgresql.Driver;

/** Write checks on a real database of its own, which the test also makes read-only. */
@QuarkusTest
@Tag("thorough")
class ProbeStoreTest {
  private static final String NAME = "write_check_tests";
  private static final String READ_ONLY =
      "alter database " + NAME + " set default_transaction_read_only = ";

  private final ScriptedFence fence = new ScriptedFence(new DatabaseReachability());
  private AgroalDataSource pool;
  private ProbeStore store;

  @BeforeEach
  void create() throws SQLException {
    onTheServer("drop database if exists " + NAME + " with (force)");
    onTheServer("create database " + NAME);
    pool = pool();
    store = new ProbeStore(new DedicatedConnectionFactory(pool, fence), pool);
    onThePool("create table setting (name text primary key, value text not null)");
  }

  @AfterEach
  void close() {
    pool.close();
  }

  @Test
  void insertsThenUpdatesWriteCheckRow() throws SQLException {
    try (ProbeConnection session = store.open(true)) {
      assertThat(session.write(false)).isTrue();
      String first = written();
      assertThat(session.write(false)).isTrue();
      assertThat(session.write(true)).isTrue();
      assertThat(written()).isNotEqualTo(first);
    }
  }

  @Test
  void writesThroughPooledConnection() throws SQLException {
    try (ProbeConnection session = store.borrow()) {
      assertThat(session.isOwn()).isFalse();
      assertThat(session.write(true)).isTrue();
    }
    assertThat(names()).containsExactly("database.check");
  }

  @Test
  void passesWriteCheckWhenForeignClientLocksRow() throws SQLException {
    try (ProbeConnection session = store.open(true);
        Connection other = pool.getConnection()) {
      session.write(false);
      other.setAutoCommit(false);
      execute(other, "update setting set value = 'other'");

      assertThat(session.write(false)).isTrue();

      other.rollback();
      assertThat(session.write(false)).isTrue();
      assertThat(names()).containsExactly("database.check");
    }
  }

  /** A commit that waits for a synchronous standby holds the row, on a session that is active. */
  @Test
  void failsAtOnceWhileAnotherReplicaLocksRow() throws SQLException {
    try (ProbeConnection session = store.open(true);
        Connection other = checkOfAnotherReplica()) {
      session.write(false);
      other.setAutoCommit(false);
      execute(other, "update setting set value = 'other'");
      CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> sleepLong(other));
      await().until(() -> activeChecks() == 1);

      assertThat(session.write(false)).isFalse();

      other.abort(Runnable::run);
      assertThat(waiting).failsWithin(Duration.ofSeconds(10));
      await().until(() -> session.write(false));
    }
  }

  @Test
  void reportsTableLockAsBusy() throws SQLException {
    try (ProbeConnection session = store.open(true);
        Connection other = pool.getConnection()) {
      session.write(false);
      other.setAutoCommit(false);
      execute(other, "lock table setting in access exclusive mode");

      assertThatThrownBy(() -> session.write(false))
          .isInstanceOfSatisfying(
              DatabaseException.class, busy -> assertThat(busy.isBusy()).isTrue());
      other.rollback();
    }
  }

  @Test
  void refusesNewConnectionToReadOnlyDatabase() throws SQLException {
    onTheServer(READ_ONLY + "on");

    assertThatThrownBy(() -> store.open(false))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            refused -> assertThat(OutageCause.of(refused)).isEqualTo(OutageCause.READ_ONLY));

    onTheServer(READ_ONLY + "off");
    try (ProbeConnection session = store.open(true)) {
      assertThat(session.write(false)).isTrue();
    }
  }

  /** The pool itself cannot: its thread waits for a connection that is not made. */
  @Test
  void failsWaitingStatementWhenConnectionsAreAborted() throws SQLException {
    ConnectionRegistry connections = new ConnectionRegistry(fence);
    try (AgroalDataSource registered = pool()) {
      registered.setPoolInterceptors(List.of(connections.ofTheEngine()));
      Connection waiting = registered.getConnection();
      CompletableFuture<Void> call = CompletableFuture.runAsync(() -> sleepLong(waiting));

      connections.abortAll();

      assertThat(call)
          .failsWithin(Duration.ofSeconds(10))
          .withThrowableThat()
          .havingCause()
          .isInstanceOfSatisfying(
              DatabaseException.class, lost -> assertThat(lost.isOutage()).isTrue());
    }
  }

  @Test
  void refusesPooledConnectionToOldPrimary() throws SQLException {
    fence.lead(7, 2);
    try (AgroalDataSource fenced = pool()) {
      fenced.setPoolInterceptors(List.of(new ConnectionRegistry(fence).ofTheEngine()));
      try (Connection used = fenced.getConnection()) {
        long open = backends();
        fence.lead(7, 1);

        assertThatThrownBy(() -> ((SqlWork<Boolean>) connection -> true).runOn(fenced))
            .isInstanceOfSatisfying(
                DatabaseException.class,
                refused -> assertThat(OutageCause.of(refused)).isEqualTo(OutageCause.OLD_PRIMARY));

        await().untilAsserted(() -> assertThat(backends()).isEqualTo(open));
        fence.lead(7, 2);
        assertThat(((SqlWork<Boolean>) connection -> connection.isValid(5)).runOn(fenced)).isTrue();
        assertThat(used.isValid(5)).isTrue();
      }
    }
  }

  @Test
  void refusesDedicatedConnectionToOldPrimary() throws SQLException {
    fence.lead(7, 2);
    store.open(false).close();
    fence.lead(7, 1);

    assertThatThrownBy(() -> store.open(false))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            refused -> assertThat(OutageCause.of(refused)).isEqualTo(OutageCause.OLD_PRIMARY));
  }

  /** An empty server that comes first in the URL must not take the place of one that hangs. */
  @Test
  void adoptsDifferentDatabaseOnlyAfterSuccessfulWrite() throws SQLException {
    fence.lead(7, 1);
    store.open(false).close();
    fence.lead(8, 1);
    DatabaseFailures.beginOutage(fence.reachability());
    onThePool("alter table setting rename to other");

    try (ProbeConnection empty = store.open(false)) {
      assertThatThrownBy(() -> empty.write(false))
          .isInstanceOfSatisfying(
              DatabaseException.class,
              refused -> {
                assertThat(refused.isOutage()).isTrue();
                assertThat(OutageCause.of(refused)).isEqualTo(OutageCause.OTHER_DATABASE);
              });
    }
    assertThat(fence.newest()).contains(new ServerIdentity(7, 1));

    onThePool("alter table other rename to setting");
    try (ProbeConnection restored = store.open(false)) {
      assertThat(restored.write(false)).isTrue();
      restored.adopt();
      assertThat(restored.write(false)).isTrue();
    }
    assertThat(fence.newest()).contains(new ServerIdentity(8, 1));
  }

  /** Otherwise each new connection waits for a frozen host that comes first in the URL. */
  @Test
  void skipsAvoidedHost() throws IOException, SQLException {
    try (ServerSocket frozen = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        AgroalDataSource both =
            pool(url().replace("//", "//127.0.0.1:" + frozen.getLocalPort() + ","))) {
      ProbeStore hosts = new ProbeStore(new DedicatedConnectionFactory(both, fence), both);
      hosts.hosts().get(0).avoid();

      hosts.open(false).close();

      frozen.setSoTimeout(1);
      assertThatThrownBy(frozen::accept).isInstanceOf(SocketTimeoutException.class);
    }
  }

  @Test
  void closesConnectionOfAbandonedLogin() throws Exception {
    long open = backends();
    CountDownLatch answered = new CountDownLatch(1);
    PoolDriver late =
        new PoolDriver(
            new Driver() {
              @Override
              public Connection connect(String url, Properties info) throws SQLException {
                Connection connection = super.connect(url, info);
                try {
                  answered.await();
                } catch (InterruptedException e) {
                  throw new SQLException(e);
                }
                return connection;
              }
            });
    CompletableFuture<Connection> login = CompletableFuture.supplyAsync(() -> connect(late));
    await().until(() -> backends() == open + 1);

    PoolDriver.abandonLogins();

    assertThat(login).failsWithin(Duration.ofSeconds(10));
    answered.countDown();
    await().untilAsserted(() -> assertThat(backends()).isEqualTo(open));
  }

  private static Connection connect(PoolDriver driver) {
    Properties credentials = new Properties();
    credentials.setProperty("user", TestServer.setting("username"));
    credentials.setProperty("password", TestServer.setting("password"));
    try {
      return driver.connect(url(), credentials);
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  private long backends() throws SQLException {
    return number("select count(*) from pg_stat_activity where datname = current_database()");
  }

  private long activeChecks() throws SQLException {
    return number(
        """
        select count(*) from pg_stat_activity
        where datname = current_database() and state = 'active'
          and application_name = 'orrery-write-check'
        """);
  }

  private long number(String query) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return SqlStatement.of(connection, query).first(row -> row.getLong(1)).orElseThrow();
    }
  }

  private List<String> names() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return SqlStatement.of(connection, "select name from setting")
          .list(row -> row.getString("name"));
    }
  }

  private Connection checkOfAnotherReplica() throws SQLException {
    return new DedicatedConnectionFactory(pool, fence).open(ProbeStore.APPLICATION_NAME);
  }

  @Test
  void failsWriteWhenServerIsSilentForTwoSeconds() throws Exception {
    try (ProbeConnection session = store.open(false)) {
      assertThat(session.write(false)).isTrue();
      long backend =
          number(
              "select pid from pg_stat_activity where application_name = 'orrery-write-check'"
                  + " and datname = current_database()");
      signal("STOP", backend);
      try {
        assertThat(CompletableFuture.supplyAsync(() -> session.write(false)))
            .failsWithin(Duration.ofSeconds(5))
            .withThrowableThat()
            .havingCause()
            .isInstanceOf(DatabaseException.class);
      } finally {
        signal("CONT", backend);
      }
    }
  }

  private static void signal(String name, long process) throws Exception {
    new ProcessBuilder("kill", "-" + name, Long.toString(process)).start().waitFor();
  }

  private static void sleepLong(Connection connection) {
    try {
      execute(connection, "select pg_sleep(60)");
    } catch (SQLException e) {
      throw new DatabaseException(e);
    }
  }

  /** A statement that fails on a standby ends what the pool has, and the check decides. */
  @Test
  void keepsOutageUntilReadOnlyDatabaseIsWritable() throws Exception {
    SchemaState schema = new SchemaState();
    schema.found("1", Optional.empty());
    DatabaseReachability reachability = new DatabaseReachability();
    onTheServer(READ_ONLY + "on");
    AgroalDataSource connectedSince = pool();
    EngineDatabase engine =
        new EngineDatabase(
            connectedSince,
            schema,
            null,
            new ConnectionQuota(
                connectedSince,
                connectedSince,
                connectedSince,
                Ticker.SYSTEM,
                new QuotaMetrics(new SimpleMeterRegistry())),
            OptionalInt::empty,
            reachability);
    FailoverDetector loop =
        new FailoverDetector(
            store,
            new PoolFlush(List.of(connectedSince), new ConnectionRegistry(fence)),
            reachability,
            TestMetrics.watch(),
            new SimpleMeterRegistry(),
            Ticker.SYSTEM,
            new FailoverDetector.Times(
                Duration.ofSeconds(60),
                Duration.ofMillis(50),
                Duration.ofMillis(10),
                Duration.ofMillis(500),
                Duration.ofSeconds(2),
                Duration.ofSeconds(2),
                Duration.ofSeconds(1)));
    loop.start(new StartupEvent(), schema);
    try {
      assertThatThrownBy(() -> update(engine))
          .isInstanceOfSatisfying(
              DatabaseException.class,
              refused -> {
                assertThat(refused.isOutage()).isTrue();
                assertThat(refused.isOutcomeUnknown()).isFalse();
              });
      await()
          .untilAsserted(() -> assertThat(reachability.outage()).contains(OutageCause.READ_ONLY));

      onTheServer(READ_ONLY + "off");
      await().untilAsserted(() -> assertThat(reachability.isReachable()).isTrue());
      assertThat(update(engine)).isOne();
    } finally {
      loop.stop(new ShutdownEvent());
      connectedSince.close();
    }
  }

  private static int update(EngineDatabase engine) {
    return engine.autocommit(
        connection ->
            SqlStatement.of(connection, "insert into setting (name, value) values ('one', '')")
                .update());
  }

  private String written() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return SqlStatement.of(connection, "select value from setting")
          .first(row -> row.getString("value"))
          .orElseThrow();
    }
  }

  private void onThePool(String statement) throws SQLException {
    try (Connection connection = pool.getConnection()) {
      execute(connection, statement);
    }
  }

  private static void onTheServer(String statement) throws SQLException {
    try (Connection connection = TestServer.connect()) {
      execute(connection, statement);
    }
  }

  private static void execute(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(text);
    }
  }

  private static String url() {
    return TestServer.url().replaceFirst("/[^/?]*($|\\?)", "/" + NAME + "$1");
  }

  private static AgroalDataSource pool() throws SQLException {
    return pool(url());
  }

  private static AgroalDataSource pool(String url) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(4)
                        .acquisitionTimeout(Duration.ofSeconds(5))
                        .connectionFactoryConfiguration(
                            factory ->
                                factory
                                    .jdbcUrl(url)
                                    .initialSql(
                                        TestServer.setting("engine.jdbc.new-connection-sql"))
                                    .jdbcProperty("targetServerType", "primary")
                                    .principal(new NamePrincipal(TestServer.setting("username")))
                                    .credential(
                                        new SimplePassword(TestServer.setting("password"))))));
  }
}
