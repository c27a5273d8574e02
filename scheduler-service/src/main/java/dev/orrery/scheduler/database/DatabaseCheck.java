package dev.orrery.scheduler.database;

import dev.orrery.protocol.startup.Refusal;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;

/** Refuses to start on a database that forgets commits, or that a newer version has changed. */
@ApplicationScoped
class DatabaseCheck {
  private static final int FIRST = 1;

  private static final String SETTINGS =
      """
      select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes')
      """;

  void check(@Observes @Priority(FIRST) StartupEvent event, HotDatabase database, Flyway flyway) {
    requireKnownSchema(flyway);
    Map<String, String> settings = new TreeMap<>();
    database.autocommit(
        connection ->
            Sql.of(connection, SETTINGS)
                .list(row -> settings.put(row.getString("name"), row.getString("setting"))));
    requireDurable(settings);
  }

  static void requireDurable(Map<String, String> settings) {
    settings.forEach(
        (name, value) -> {
          if (value.equals("off")) {
            throw new Refusal(
                "the database runs with "
                    + name
                    + "=off, so it may forget what was committed. Set "
                    + name
                    + "=on in its configuration.");
          }
        });
  }

  private static void requireKnownSchema(Flyway flyway) {
    for (MigrationInfo applied : flyway.info().applied()) {
      MigrationState state = applied.getState();
      if (state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED) {
        throw new Refusal(
            "the database was written by a newer Orrery (its schema has step "
                + applied.getVersion()
                + ", which this one does not know). Use that version or a newer one, or another"
                + " database.");
      }
    }
  }
}
