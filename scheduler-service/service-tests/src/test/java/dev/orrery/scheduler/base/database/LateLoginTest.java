package dev.orrery.scheduler.base.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postgresql.Driver;
import org.postgresql.jdbc.PgConnection;

/** Logins that are abandoned before the server answers. */
@QuarkusTest
@Timeout(20)
class LateLoginTest {
  private final CompletableFuture<Connection> loggedIn = new CompletableFuture<>();
  private final CountDownLatch answer = new CountDownLatch(1);
  private final CountDownLatch asked = new CountDownLatch(1);

  /** The server answers when the test says so. */
  private final PoolDriver driver =
      new PoolDriver(
          new Driver() {
            @Override
            public Connection connect(String url, Properties info) throws SQLException {
              asked.countDown();
              awaitAnswer();
              Connection connection = super.connect(url, info);
              loggedIn.complete(connection);
              return connection;
            }
          });

  private void awaitAnswer() {
    try {
      answer.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @AfterEach
  void close() throws SQLException {
    answer.countDown();
    loggedIn.join().close();
  }

  @Test
  void closesConnectionOfAbandonedLogin() throws InterruptedException {
    CompletableFuture<Connection> login = new CompletableFuture<>();
    Thread pool = start(login);
    asked.await();

    PoolDriver.abandonLogins();
    pool.join();
    answer.countDown();

    assertThat(login).isCompletedExceptionally();
    await().until(() -> loggedIn.join().isClosed());
  }

  @Test
  void closesConnectionOfInterruptedLogin() throws InterruptedException {
    CompletableFuture<Connection> login = new CompletableFuture<>();
    Thread pool = start(login);
    asked.await();

    pool.interrupt();
    pool.join();
    answer.countDown();

    assertThat(login).isCompletedExceptionally();
    await().until(() -> loggedIn.join().isClosed());
  }

  /** The pool waits for their answers on its one thread. */
  @Test
  void abortsInitialStatementsWithAbandonedLogins() throws InterruptedException {
    CompletableFuture<Connection> login = new CompletableFuture<>();
    answer.countDown();
    start(login).join();
    CompletableFuture<Void> statement = sleep(login.join());

    PoolDriver.abandonLogins();

    await().until(statement::isCompletedExceptionally);
  }

  @Test
  void keepsEstablishedConnectionOpenWhenLoginsAreAbandoned()
      throws InterruptedException, SQLException {
    CompletableFuture<Connection> login = new CompletableFuture<>();
    answer.countDown();
    start(login).join();
    PoolDriver.made(login.join().unwrap(PgConnection.class));

    PoolDriver.abandonLogins();

    assertThat(login.join().isValid(10)).isTrue();
  }

  private static CompletableFuture<Void> sleep(Connection connection) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            SqlStatement.of(connection, "select pg_sleep(60)").first(row -> row.getString(1));
          } catch (SQLException e) {
            throw new CompletionException(e);
          }
        });
  }

  private Thread start(CompletableFuture<Connection> login) {
    Properties properties = new Properties();
    properties.setProperty("user", TestServer.setting("username"));
    properties.setProperty("password", TestServer.setting("password"));
    String url = TestServer.url();
    Thread thread =
        new Thread(
            () -> {
              try {
                login.complete(driver.connect(url, properties));
              } catch (SQLException e) {
                login.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
