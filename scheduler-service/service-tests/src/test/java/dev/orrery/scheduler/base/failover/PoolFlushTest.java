package dev.orrery.scheduler.base.failover;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.orrery.scheduler.base.database.ConnectionRegistry;
import dev.orrery.scheduler.base.database.PoolDriver;
import dev.orrery.scheduler.base.database.ScriptedFence;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.database.TestServer;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import io.agroal.api.security.SimplePassword;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Flushes real pools with idle connections and connections in use. */
@QuarkusTest
@Timeout(20)
class PoolFlushTest {
  private static final String SLEEP = "select pg_sleep(60)";

  private final ConnectionRegistry connections = new ConnectionRegistry(ScriptedFence.open());
  private AgroalDataSource pool;
  private AgroalDataSource otherPool;
  private PoolFlush flush;

  @BeforeEach
  void openPools() throws SQLException {
    pool = newPool();
    otherPool = newPool();
    flush = new PoolFlush(List.of(otherPool, pool), connections);
  }

  @AfterEach
  void closePools() {
    pool.close();
    otherPool.close();
  }

  @Test
  void abortsRunningStatementOnImmediateFlush() throws SQLException {
    try (Connection used = pool.getConnection()) {
      CompletableFuture<Void> statement = sleep(used);

      flush.atOnce();

      await().until(statement::isCompletedExceptionally);
    }
  }

  @Test
  void discardsIdleConnectionOnFlush() throws SQLException {
    for (Runnable how : List.<Runnable>of(flush::atOnce, flush::gracefully, flush::afterOutage)) {
      int before = borrowed();
      assertThat(borrowed()).isEqualTo(before);

      how.run();

      awaitOtherThan(before);
    }
  }

  @Test
  void closesFlushedConnectionOnReturn() throws SQLException {
    int before;
    try (Connection used = pool.getConnection()) {
      before = process(used);

      flush.gracefully();

      assertThat(process(used)).isEqualTo(before);
    }
    awaitOtherThan(before);
  }

  /** The pool closes connections on a thread of its own. */
  private void awaitOtherThan(int process) {
    await().ignoreExceptions().until(() -> borrowed() != process);
  }

  private int borrowed() throws SQLException {
    try (Connection connection = pool.getConnection()) {
      return process(connection);
    }
  }

  private static int process(Connection connection) throws SQLException {
    return SqlStatement.of(connection, "select pg_backend_pid()")
        .first(row -> row.getInt(1))
        .orElseThrow();
  }

  /** Returns once the server works on the statement. */
  private CompletableFuture<Void> sleep(Connection connection) throws SQLException {
    int process = process(connection);
    CompletableFuture<Void> statement =
        CompletableFuture.runAsync(
            () -> {
              try {
                SqlStatement.of(connection, SLEEP).first(row -> row.getString(1));
              } catch (SQLException e) {
                throw new CompletionException(e);
              }
            });
    await().until(() -> sleeping().contains(process));
    return statement;
  }

  private Collection<Integer> sleeping() throws SQLException {
    try (Connection connection = otherPool.getConnection()) {
      return SqlStatement.of(
              connection,
              "select pid from pg_stat_activity where wait_event = 'PgSleep' and query = '%s'"
                  .formatted(SLEEP))
          .list(row -> row.getInt(1));
    }
  }

  private AgroalDataSource newPool() throws SQLException {
    AgroalDataSource made =
        AgroalDataSource.from(
            new AgroalDataSourceConfigurationSupplier()
                .connectionPoolConfiguration(
                    settings ->
                        settings
                            .maxSize(2)
                            .connectionFactoryConfiguration(
                                factory ->
                                    factory
                                        .connectionProviderClass(PoolDriver.class)
                                        .jdbcUrl(TestServer.url())
                                        .principal(
                                            new NamePrincipal(TestServer.setting("username")))
                                        .credential(
                                            new SimplePassword(TestServer.setting("password"))))));
    made.setPoolInterceptors(List.of(connections));
    return made;
  }
}
