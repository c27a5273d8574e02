package dev.orrery.scheduler.base.schema;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.database.StoreTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseCheckTest extends StoreTest {
  private static final String SCHEMA = "database_check";
  private static final String OWN = "classpath:db/migration";

  private static final Map<String, String> DURABLE =
      Map.of("fsync", "on", "synchronous_commit", "on", "full_page_writes", "on");

  /** Flyway itself runs the steps of another build, in a schema of its own. */
  @ParameterizedTest
  @CsvSource({
    "true, 1, orrery.data-dir to a new directory",
    "false, 42, quarkus.datasource.jdbc.url to an empty database"
  })
  void refusesSchemaFromBeforeFirstRelease(
      boolean embedded, int newest, String fix, @TempDir Path steps) throws IOException {
    for (int step = 1; step <= newest; step++) {
      Files.writeString(
          steps.resolve("V" + step + "__other.sql"), "create table other_%d ();".formatted(step));
    }
    flyway("filesystem:" + steps).migrate();
    MigrationInfo[] found = flyway(OWN).info().all();

    assertThatThrownBy(() -> DatabaseCheck.requireReleased(found, embedded))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("made by a build before the first release (its schema step 1")
        .hasMessageContaining("./orrery export --app APP")
        .hasMessageContaining("set " + fix);
  }

  @Test
  void acceptsEmptyDatabaseAndSchemaWithNewerSteps(@TempDir Path next) throws IOException {
    assertThatCode(() -> DatabaseCheck.requireReleased(flyway(OWN).info().all(), true))
        .doesNotThrowAnyException();
    Files.writeString(next.resolve("V1000__next.sql"), "create table next_release ();");
    flyway(OWN, "filesystem:" + next).migrate();

    assertThatCode(() -> DatabaseCheck.requireReleased(flyway(OWN).info().all(), true))
        .doesNotThrowAnyException();
  }

  private Flyway flyway(String... locations) {
    return Flyway.configure()
        .dataSource(database.url(""), database.user(), database.password())
        .schemas(SCHEMA)
        .locations(locations)
        .load();
  }

  @AfterEach
  void dropSchema() {
    database.update("drop schema if exists " + SCHEMA + " cascade");
  }

  @ParameterizedTest
  @ValueSource(strings = {"on", "local", "remote_write", "remote_apply"})
  void acceptsDurableDatabaseSettings(String synchronousCommit) {
    Map<String, String> settings = new HashMap<>(DURABLE);
    settings.put("synchronous_commit", synchronousCommit);

    assertThatCode(() -> DatabaseCheck.requireDurable(settings)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"fsync", "synchronous_commit", "full_page_writes"})
  void refusesNonDurableSettingAndNamesIt(String name) {
    Map<String, String> settings = new HashMap<>(DURABLE);
    settings.put(name, "off");

    assertThatThrownBy(() -> DatabaseCheck.requireDurable(settings))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(name + "=off")
        .hasMessageContaining("Set " + name + "=on");
  }
}
