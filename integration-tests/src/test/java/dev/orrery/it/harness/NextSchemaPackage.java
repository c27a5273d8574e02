package dev.orrery.it.harness;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The packaged scheduler of a fictitious next release, with one more migration: it adds a column to
 * every table, and a new table. The framework finds and runs it at the start, as it does with ours.
 *
 * @param step number of the migration
 */
public record NextSchemaPackage(Path directory, String step) {
  private static final String JAR = "org.flywaydb.flyway-database-postgresql-";
  private static final String API = "org.flywaydb.flyway-core-";
  private static final String SERVICE = "META-INF/services/org.flywaydb.core.extensibility.Plugin";
  private static final String MIGRATIONS = "scheduler-service/core/src/main/resources/db/migration";

  /** In a package of the jar, because the class loader would not search elsewhere. */
  private static final String CLASS = "org/flywaydb/database/postgresql/StepOfTheNextRelease";

  private static final String SOURCE =
      """
      package org.flywaydb.database.postgresql;

      import java.sql.ResultSet;
      import java.sql.SQLException;
      import java.sql.Statement;
      import java.util.ArrayList;
      import java.util.Collection;
      import java.util.List;
      import org.flywaydb.core.api.CoreMigrationType;
      import org.flywaydb.core.api.MigrationVersion;
      import org.flywaydb.core.api.executor.MigrationExecutor;
      import org.flywaydb.core.api.resolver.MigrationResolver;
      import org.flywaydb.core.api.resolver.ResolvedMigration;
      import org.flywaydb.core.internal.jdbc.Results;
      import org.flywaydb.core.internal.resolver.ResolvedMigrationImpl;

      public final class StepOfTheNextRelease implements MigrationResolver, MigrationExecutor {
        @Override
        public Collection<ResolvedMigration> resolveMigrations(MigrationResolver.Context context) {
          return List.of(
              new ResolvedMigrationImpl(
                  MigrationVersion.fromVersion("STEP"), "next release", "VSTEP__next_release.sql",
                  1, null, CoreMigrationType.SQL, "", this));
        }

        @Override
        public List<Results> execute(org.flywaydb.core.api.executor.Context context)
            throws SQLException {
          List<String> tables = new ArrayList<>();
          try (Statement sql = context.getConnection().createStatement()) {
            try (ResultSet rows =
                sql.executeQuery(
                    "select c.relname from pg_class c where c.relkind in ('r', 'p')"
                        + " and not c.relispartition and c.relnamespace = 'public'::regnamespace"
                        + " and c.relname <> 'flyway_schema_history' order by 1")) {
              while (rows.next()) {
                tables.add(rows.getString(1));
              }
            }
            for (String table : tables) {
              sql.execute("alter table " + table + " add column of_the_next_release text");
            }
            sql.execute("create table next_release (id bigint primary key)");
          }
          return List.of();
        }

        /** Each table is changed in its own transaction, which avoids long lock waits and deadlocks. */
        @Override
        public boolean canExecuteInTransaction() {
          return false;
        }

        @Override
        public boolean shouldExecute() {
          return true;
        }
      }
      """;

  /**
   * @param application a directory {@code quarkus-app}
   * @param copy target of the copy
   */
  public static NextSchemaPackage of(Path application, Path copy) {
    try {
      String step = Integer.toString(newestStep() + 1);
      PackageCopy made = new PackageCopy(application, JAR);
      made.putClass(
          CLASS,
          SOURCE.replace("STEP", step),
          copy.resolve("compiled"),
          List.of(PackageCopy.jar(application, API)));
      String services = new String(made.read(SERVICE), UTF_8);
      made.put(SERVICE, (services + "\n" + CLASS.replace('/', '.') + "\n").getBytes(UTF_8));
      made.write(copy);
      return new NextSchemaPackage(copy, step);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static int newestStep() throws IOException {
    try (Stream<Path> files = Files.list(Stack.root().resolve(MIGRATIONS))) {
      return files
          .map(file -> file.getFileName().toString())
          .mapToInt(name -> Integer.parseInt(name.substring(1, name.indexOf("__"))))
          .max()
          .orElseThrow();
    }
  }
}
