package dev.orrery.scheduler.edge.startup;

import dev.orrery.scheduler.base.embedded.EmbeddedServer;
import java.io.EOFException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import org.postgresql.util.PSQLException;

/** Explains to operators why the service cannot use its database at the start. */
final class DatabaseStartupFailure {
  /** The driver's message if the server does not respond to a TLS request as PostgreSQL does. */
  private static final String NO_TLS = "An error occurred while setting up the SSL connection.";

  private static final String NO_POSTGRESQL =
      "what answers there does not speak as PostgreSQL does";

  /** The driver's message for every network failure. */
  private static final String NO_CONNECTION = "The connection attempt failed.";

  private DatabaseStartupFailure() {}

  /** Returns the explanation, with a fix if there is one; empty for an unknown failure. */
  static Optional<String> message(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String said = said(failure);
    if (state.startsWith("08") || state.startsWith("57P")) {
      return Optional.of(
          "the database cannot be reached ("
              + said
              + "). Start it, or set quarkus.datasource.jdbc.url to where it is.");
    }
    if (state.equals("25006")) {
      return Optional.of(
          "the database is a standby, or read-only ("
              + said
              + "). Set quarkus.datasource.jdbc.url to the primary.");
    }
    if (state.startsWith("28")) {
      return Optional.of(
          "the database does not let us in ("
              + said
              + "). Set quarkus.datasource.username and quarkus.datasource.password.");
    }
    if (state.equals("3D000")) {
      return Optional.of(
          "there is no such database ("
              + said
              + "). Create it, or set quarkus.datasource.jdbc.url.");
    }
    if (state.startsWith("53")) {
      return Optional.of("the database has no room or no connection left (" + said + ").");
    }
    if (state.equals("42501")) {
      return Optional.of(
          "the database user may not create tables ("
              + said
              + "). Grant it the right to create in its schema.");
    }
    if (state.equals("3F000")) {
      return Optional.of(
          "the database has no schema of this name ("
              + said
              + "). currentSchema of quarkus.datasource.jdbc.url is read in lower case: write a name"
              + " with capitals in quotes, currentSchema=%22Name%22.");
    }
    if (state.equals("22023") && said.contains("\"TimeZone\"")) {
      return Optional.of(
          "the database does not know the time zone of this process ("
              + said
              + "). "
              + EmbeddedServer.SET_TIME_ZONE);
    }
    if (endsConnection(failure)) {
      return Optional.of(
          "the database refuses connections with these settings ("
              + said
              + "). Change the one that it names, in quarkus.datasource.jdbc.url or of the role.");
    }
    return Optional.empty();
  }

  /** Returns the reason in one line. If no connection was made, only the cause has it. */
  private static String said(SQLException failure) {
    String said = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
    if (said.equals(NO_TLS) && failure.getCause() == null) {
      return NO_POSTGRESQL;
    }
    if (!said.equals(NO_CONNECTION) || failure.getCause() == null) {
      return said;
    }
    Throwable cause = failure.getCause();
    if (cause instanceof UnknownHostException) {
      return "the host " + cause.getMessage() + " is not known";
    }
    if (cause instanceof EOFException) {
      return NO_POSTGRESQL;
    }
    return cause instanceof SocketTimeoutException
        ? "no answer in time"
        : String.valueOf(cause.getMessage());
  }

  /** Returns true if the server ended the connection with this message, as during a login. */
  private static boolean endsConnection(SQLException failure) {
    return failure instanceof PSQLException refused
        && refused.getServerErrorMessage() != null
        && "FATAL".equals(refused.getServerErrorMessage().getSeverity());
  }
}
