package dev.orrery.scheduler.base.schema;

import static dev.orrery.scheduler.base.lifecycle.LifecycleOrder.START_CHECKS;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.scheduler.base.database.DedicatedConnectionFactory;
import dev.orrery.scheduler.base.database.EngineDatabase;
import dev.orrery.scheduler.base.database.SchemaState;
import dev.orrery.scheduler.base.database.SqlStatement;
import dev.orrery.scheduler.base.embedded.EmbeddedDatabase;
import io.agroal.api.AgroalDataSource;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationState;
import org.jboss.logging.Logger;

/**
 * Checks the database at the start and migrates its schema. Refuses to start on a database that may
 * lose commits, accepts no writes or has another encoding than UTF8, behind a pooler that does not
 * keep sessions, on a schema of a build before the first release, and on an embedded database with
 * a newer schema. A newer schema in a shared database may be part of an upgrade: the service then
 * starts, changes nothing, and is not ready.
 */
@ApplicationScoped
class DatabaseCheck {
  private static final Logger LOG = Logger.getLogger(DatabaseCheck.class);

  private static final String SETTINGS =
      """
      select name, setting from pg_settings
      where name in ('fsync', 'synchronous_commit', 'full_page_writes')
      """;

  void check(
      @Observes @Priority(START_CHECKS) StartupEvent event,
      EngineDatabase database,
      DedicatedConnectionFactory connections,
      AgroalDataSource edits,
      SchemaState schema,
      Flyway flyway) {
    DatabaseStart start = new DatabaseStart();
    start.run(() -> ServerCheck.require(connections));
    MigrationInfo[] steps = start.get(() -> flyway.info().all());
    requireReleased(steps, EmbeddedDatabase.isOurs());
    judgeSchema(steps, schema);
    if (schema.isKnown()) {
      start.run(flyway::migrate);
    }
    // Flyway has removed the time-outs of its connections, which edits need.
    edits.flush(AgroalDataSource.FlushMode.GRACEFUL);
    if (!schema.isKnown()) {
      return;
    }
    Map<String, String> settings = new TreeMap<>();
    start.run(
        () ->
            database.autocommit(
                connection ->
                    SqlStatement.of(connection, SETTINGS)
                        .list(
                            row -> settings.put(row.getString("name"), row.getString("setting")))));
    requireDurable(settings);
  }

  static void requireDurable(Map<String, String> settings) {
    settings.forEach(
        (name, value) -> {
          if (value.equals("off")) {
            throw new StartupException(
                "the database runs with "
                    + name
                    + "=off, so it may forget what was committed. Set "
                    + name
                    + "=on in its configuration.");
          }
        });
  }

  /**
   * Refuses a database in which a step has the number of one of ours and another content. A step
   * never changes after its release, so no release wrote it. It may have later steps, too, which
   * are not newer than ours.
   */
  static void requireReleased(MigrationInfo[] steps, boolean embedded) {
    for (MigrationInfo step : steps) {
      Integer applied = step.getAppliedChecksum();
      Integer own = step.getResolvedChecksum();
      if (applied != null && own != null && !applied.equals(own)) {
        throw new StartupException(
            "the database was made by a build before the first release (its schema step "
                + step.getVersion()
                + " is another one than ours). Nothing was changed in it. To keep the jobs, start"
                + " the build that made it, and save those of each app: ./orrery export --app APP"
                + " > APP.yaml. Then set "
                + (embedded
                    ? "orrery.data-dir to a new directory"
                    : "quarkus.datasource.jdbc.url to an empty database")
                + ", start this release, and run ./orrery apply --file APP.yaml. History, tokens"
                + " and webhooks stay behind.");
      }
    }
  }

  private static void judgeSchema(MigrationInfo[] steps, SchemaState schema) {
    String own = "";
    String newer = null;
    for (MigrationInfo step : steps) {
      MigrationState state = step.getState();
      if (state == MigrationState.FUTURE_SUCCESS || state == MigrationState.FUTURE_FAILED) {
        newer = step.getVersion().toString();
      } else {
        own = step.getVersion().toString();
      }
    }
    schema.found(own, Optional.ofNullable(newer));
    if (newer == null) {
      return;
    }
    String message =
        "the database was written by a newer Orrery (its schema has step "
            + newer
            + ", which this one does not know). Use that version or a newer one, or another"
            + " database.";
    if (EmbeddedDatabase.isOurs()) {
      throw new StartupException(message);
    }
    LOG.errorf("Database cannot be used; staying unready: %s", message);
  }
}
