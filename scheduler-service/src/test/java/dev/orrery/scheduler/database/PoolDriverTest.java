package dev.orrery.scheduler.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Logins at a server that accepts connections and answers nothing. */
@Timeout(20)
class PoolDriverTest {
  private static final String REFUSAL = "E\0\0\0\fC28000\0\0";

  private final PoolDriver driver = new PoolDriver();

  @Test
  void loginWithoutAnAnswerEndsWhenItIsGivenUp() throws IOException {
    try (ServerSocket silent = server()) {
      CompletableFuture<Connection> login = logIn(silent);
      try (Socket accepted = silent.accept()) {
        await()
            .untilAsserted(
                () -> {
                  PoolDriver.abandonLogins();
                  assertThat(login).isCompletedExceptionally();
                });

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

  @Test
  void refusalOfTheServerIsThatOfTheLogin() throws IOException {
    try (ServerSocket refusing = server()) {
      CompletableFuture<Connection> login = logIn(refusing);
      try (Socket accepted = refusing.accept()) {
        accepted.getOutputStream().write(REFUSAL.getBytes(StandardCharsets.US_ASCII));
        accepted.getOutputStream().flush();

        assertThatThrownBy(login::get)
            .rootCause()
            .isInstanceOfSatisfying(
                SQLException.class,
                failure -> assertThat(failure.getSQLState()).isEqualTo("28000"));
      }
    }
  }

  private static ServerSocket server() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  private CompletableFuture<Connection> logIn(ServerSocket server) {
    Properties properties = new Properties();
    properties.setProperty("user", "orrery");
    properties.setProperty("sslmode", "disable");
    properties.setProperty("gssEncMode", "disable");
    String url = "jdbc:postgresql://127.0.0.1:" + server.getLocalPort() + "/orrery";
    CompletableFuture<Connection> login = new CompletableFuture<>();
    Thread caller =
        new Thread(
            () -> {
              try {
                login.complete(driver.connect(url, properties));
              } catch (SQLException e) {
                login.completeExceptionally(e);
              }
            });
    caller.setDaemon(true);
    caller.start();
    return login;
  }
}
