package dev.orrery.scheduler.edge.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.scheduler.base.database.StoreTest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;

/** Explanations that users get for database failures at the start. */
class DatabaseStartupFailureTest extends StoreTest {
  @ParameterizedTest
  @ValueSource(strings = {"IST", "CTT", "Europe/Nowhere"})
  void explainsTimeZoneUnknownToDatabase(String name) {
    // As the driver sends user.timezone, which all tests of this JVM share.
    String option = "options=-c%20TimeZone=" + name;

    assertThat(said(catchThrowable(() -> database.login(option).close())))
        .contains("does not know the time zone", "\"" + name + "\"", "Set user.timezone or TZ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"options=-c%20no_such_setting=1", "options=-c%20work_mem=much", "options=--x"})
  void explainsConnectionSettingRefusedByDatabase(String option) {
    assertThat(said(catchThrowable(() -> database.login(option).close())))
        .contains("refuses connections with these settings", "quarkus.datasource.jdbc.url");
  }

  @Test
  void explainsLowercaseSchemaNameInJdbcUrl() throws SQLException {
    try (Connection connection = database.login("");
        Statement statement = connection.createStatement()) {
      statement.execute("create schema \"Orrery\"");
      try {
        Throwable failure =
            catchThrowable(
                () ->
                    Flyway.configure()
                        .dataSource(
                            database.url("currentSchema=Orrery"),
                            database.user(),
                            database.password())
                        .load()
                        .migrate());

        assertThat(said(failure)).contains("no schema of this name", "currentSchema=%22Name%22");
      } finally {
        statement.execute("drop schema \"Orrery\" cascade");
      }
    }
  }

  @Test
  void explainsUnknownDatabaseHostTimeoutAndMissingRoute() {
    assertThat(said(noConnection(new UnknownHostException("db.example"))))
        .startsWith("the database cannot be reached (the host db.example is not known). Start it");
    assertThat(said(noConnection(new SocketTimeoutException("Connect timed out"))))
        .startsWith("the database cannot be reached (no answer in time)");
    assertThat(said(noConnection(new NoRouteToHostException("No route to host"))))
        .startsWith("the database cannot be reached (No route to host)");
  }

  /** As the driver throws it. */
  private static PSQLException noConnection(IOException cause) {
    return new PSQLException(
        "The connection attempt failed.", PSQLState.CONNECTION_UNABLE_TO_CONNECT, cause);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTTP/1.1 400 Bad Request\r\n\r\n", "-ERR unknown command\r\n", ""})
  void explainsNonPostgresServer(String greeting) throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> answer(other, greeting));
      server.start();

      assertThat(said(catchThrowable(() -> connect("127.0.0.1:" + other.getLocalPort()))))
          .startsWith("the database cannot be reached (what answers there does not speak");
    }
  }

  @Test
  void includesAddressOfRefusedDatabaseConnection() throws IOException {
    int closed;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = free.getLocalPort();
    }

    assertThat(said(catchThrowable(() -> connect("127.0.0.1:" + closed))))
        .contains("Connection to 127.0.0.1:" + closed + " refused");
  }

  private static void connect(String address) throws SQLException {
    DriverManager.getConnection("jdbc:postgresql://" + address + "/orrery", "u", "p").close();
  }

  /** Answers each connection, because the driver tries again without TLS. */
  private static void answer(ServerSocket server, String greeting) {
    while (!server.isClosed()) {
      try (Socket client = server.accept()) {
        client.getOutputStream().write(greeting.getBytes(StandardCharsets.US_ASCII));
        client.shutdownOutput();
        client.getInputStream().readNBytes(1);
      } catch (IOException e) {
        // The client has seen enough, or the test is over.
      }
    }
  }

  private static String said(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .filter(SQLException.class::isInstance)
        .flatMap(cause -> DatabaseStartupFailure.message((SQLException) cause).stream())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sentence", failure));
  }
}
