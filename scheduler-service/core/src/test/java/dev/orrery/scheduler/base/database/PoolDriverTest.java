package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.scheduler.base.failover.PoolFlush;
import dev.orrery.scheduler.base.time.SettableTicker;
import io.agroal.api.AgroalDataSource;
import io.agroal.api.configuration.supplier.AgroalDataSourceConfigurationSupplier;
import io.agroal.api.security.NamePrincipal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.Driver;

/** Logins that a server refuses or does not answer. */
@Timeout(40)
class PoolDriverTest {
  private static final String REFUSAL = "E\0\0\0\fC28000\0\0";

  private static final Duration LOGIN_TIMEOUT = Duration.ofSeconds(30);

  private final PoolDriver driver = new PoolDriver();

  @Test
  void abortsUnansweredLoginOnAbandonment() throws IOException {
    try (ServerSocket silent = server()) {
      CompletableFuture<Connection> login = logIn(silent);
      try (Socket accepted = silent.accept()) {
        assertThat(accepted.isConnected()).isTrue();
        assertThat(login).isNotDone();

        PoolDriver.abandonLogins();

        assertThatThrownBy(login::get)
            .isInstanceOf(ExecutionException.class)
            .rootCause()
            .isInstanceOfSatisfying(
                SQLException.class,
                failure ->
                    assertThat(OutageCause.of(new DatabaseException(failure)))
                        .isEqualTo(OutageCause.AWAY));
      }
    }
  }

  /** Its one thread would make no other connection until the login has timed out. */
  @Test
  void connectsAfterAbandoningHangingLogins() throws IOException, SQLException {
    try (ServerSocket silent = server();
        AgroalDataSource pool = pool(silent)) {
      CompletableFuture<SQLException> first = connect(pool);
      CompletableFuture<SQLException> second = connect(pool);
      PoolFlush pools = new PoolFlush(List.of(pool), new ConnectionRegistry(ScriptedFence.open()));
      try (Socket hanging = silent.accept()) {
        assertThat(hanging.isConnected()).isTrue();
        assertThat(List.of(first.isDone(), second.isDone())).containsOnly(false);

        pools.afterOutage();

        silent.setSoTimeout((int) LOGIN_TIMEOUT.dividedBy(2).toMillis());
        assertThatCode(() -> silent.accept().close()).as("next login").doesNotThrowAnyException();
      }
    }
  }

  @Test
  void propagatesServerRefusalOfLogin() throws IOException {
    try (ServerSocket refusing = server()) {
      CompletableFuture<Connection> login = logIn(refusing);
      try (Socket accepted = refusing.accept()) {
        accepted.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.US_ASCII));
        accepted.getOutputStream().flush();

        assertThatThrownBy(login::get)
            .cause()
            .isInstanceOfSatisfying(
                SQLException.class,
                failure -> assertThat(failure.getSQLState()).isEqualTo("28000"));
      }
    }
  }

  @Test
  void refusesNextLoginLocallyAfterServerConnectionLimit() throws IOException {
    PoolDriver paused = new PoolDriver(new Driver(), new SettableTicker());
    try (ServerSocket refusing = server()) {
      CompletableFuture<Connection> first = logIn(paused, refusing);
      try (Socket accepted = refusing.accept()) {
        accepted
            .getOutputStream()
            .write(REFUSAL.replace("28000", "53300").getBytes(StandardCharsets.US_ASCII));
        accepted.getOutputStream().flush();
        assertThat(first).failsWithin(LOGIN_TIMEOUT);

        // A login would wait for an answer of the server, which sends none.
        assertThatThrownBy(logIn(paused, refusing)::get)
            .cause()
            .isInstanceOfSatisfying(
                SQLException.class,
                failure -> assertThat(failure.getSQLState()).isEqualTo("53300"));
      }
    }
  }

  private static String url(ServerSocket server) {
    return "jdbc:postgresql://127.0.0.1:"
        + server.getLocalPort()
        + "/orrery?sslmode=disable&gssEncMode=disable";
  }

  private static AgroalDataSource pool(ServerSocket server) throws SQLException {
    return AgroalDataSource.from(
        new AgroalDataSourceConfigurationSupplier()
            .connectionPoolConfiguration(
                pool ->
                    pool.maxSize(4)
                        .acquisitionTimeout(LOGIN_TIMEOUT)
                        .connectionFactoryConfiguration(
                            factory ->
                                factory
                                    .connectionProviderClass(PoolDriver.class)
                                    .jdbcUrl(url(server))
                                    .principal(new NamePrincipal("orrery")))));
  }

  private static CompletableFuture<SQLException> connect(AgroalDataSource pool) {
    CompletableFuture<SQLException> failure = new CompletableFuture<>();
    start(
        () -> {
          try {
            pool.getConnection().close();
          } catch (SQLException e) {
            failure.complete(e);
          }
        });
    return failure;
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work);
    thread.setDaemon(true);
    thread.start();
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private CompletableFuture<Connection> logIn(ServerSocket server) {
    return logIn(driver, server);
  }

  private static CompletableFuture<Connection> logIn(PoolDriver driver, ServerSocket server) {
    Properties properties = new Properties();
    properties.setProperty("user", "orrery");
    String url = url(server);
    CompletableFuture<Connection> login = new CompletableFuture<>();
    start(
        () -> {
          try {
            login.complete(driver.connect(url, properties));
          } catch (SQLException e) {
            login.completeExceptionally(e);
          }
        });
    return login;
  }
}
