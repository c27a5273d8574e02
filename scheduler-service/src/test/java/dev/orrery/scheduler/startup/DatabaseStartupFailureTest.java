package dev.orrery.scheduler.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.orrery.scheduler.database.StoreTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.stream.Stream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real server says, and the sentence that a user gets. */
class DatabaseStartupFailureTest extends StoreTest {
  @ParameterizedTest
  @ValueSource(strings = {"IST", "CTT", "Europe/Nowhere"})
  void namesATimeZoneThatTheDatabaseDoesNotKnow(String name) {
    // As the driver sends user.timezone, which all tests of this JVM share.
    String option = "options=-c%20TimeZone=" + name;

    assertThat(said(catchThrowable(() -> database.login(option).close())))
        .contains("does not know the time zone", "\"" + name + "\"", "Set user.timezone or TZ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"options=-c%20no_such_setting=1", "options=-c%20work_mem=much", "options=--x"})
  void namesASettingThatTheDatabaseRefuses(String option) {
    assertThat(said(catchThrowable(() -> database.login(option).close())))
        .contains("refuses connections with these settings", "quarkus.datasource.jdbc.url");
  }

  @Test
  void saysThatTheSchemaOfTheUrlIsReadInLowerCase() throws SQLException {
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

  private static String said(Throwable failure) {
    return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
        .filter(SQLException.class::isInstance)
        .flatMap(cause -> DatabaseStartupFailure.message((SQLException) cause).stream())
        .findFirst()
        .orElseThrow(() -> new AssertionError("no sentence", failure));
  }
}
