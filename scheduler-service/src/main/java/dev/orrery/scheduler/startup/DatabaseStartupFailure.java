package dev.orrery.scheduler.startup;

import java.sql.SQLException;
import java.util.Optional;

/** Explains to users why the database cannot be used at the start. */
final class DatabaseStartupFailure {
  private DatabaseStartupFailure() {}

  /** Returns the explanation, with a fix if there is one; empty for an unknown failure. */
  static Optional<String> message(SQLException failure) {
    String state = failure.getSQLState() == null ? "" : failure.getSQLState();
    String said = String.valueOf(failure.getMessage()).lines().findFirst().orElse("");
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
    return Optional.empty();
  }
}
