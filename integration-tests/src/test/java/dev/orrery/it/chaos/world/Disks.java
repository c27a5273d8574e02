package dev.orrery.it.chaos.world;

import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.SmallDisk;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;

/**
 * Two small disks of the database, which can fill up separately: without space for tables single
 * statements fail, without space for the log the server ends.
 *
 * @param tables empty if it cannot be mounted
 * @param log empty if it cannot be mounted
 */
public record Disks(Path directory, Optional<SmallDisk> tables, Optional<SmallDisk> log)
    implements AutoCloseable {
  private static final String LOG_SIZE = "400m";

  private static final List<String> SETTINGS =
      List.of(
          "max_wal_size=128MB",
          "min_wal_size=48MB",
          "max_connections=90",
          "shared_buffers=64MB",
          "autovacuum_naptime=5s");

  /**
   * @param tablesSize as {@code mount} accepts it
   */
  static Disks mount(Path directory, String tablesSize) throws IOException {
    return new Disks(
        directory,
        SmallDisk.mount(directory.resolve("tables"), tablesSize),
        SmallDisk.mount(directory.resolve("log"), LOG_SIZE));
  }

  /**
   * Mounts one disk for a whole server, so that tables and log fill up together.
   *
   * @param size as {@code mount} accepts it
   */
  static Disks mountOne(Path directory, String size) throws IOException {
    Optional<SmallDisk> disk = SmallDisk.mount(directory, size);
    return new Disks(directory, disk, disk);
  }

  /** Starts a database with all of its files on one disk. */
  Postgres startOnOne() {
    return Postgres.create(directory, directory.resolve("external/pg_wal"), SETTINGS);
  }

  /** Starts a database that uses both disks. */
  Postgres startDatabase() throws SQLException, IOException {
    Path wal =
        log.map(disk -> disk.path().resolve("wal")).orElse(directory.resolve("external/pg_wal"));
    Postgres database = Postgres.create(directory, wal, SETTINGS);
    if (tables.isPresent()) {
      Path space = Files.createDirectories(tables.get().path().resolve("space"));
      try (Connection connection = database.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("create tablespace small location '" + space + "'");
        statement.execute("alter role current_user set default_tablespace = small");
      }
    }
    return database;
  }

  @Override
  public void close() throws IOException {
    for (Optional<SmallDisk> disk : List.of(tables, log)) {
      if (disk.isPresent()) {
        disk.get().close();
      }
    }
  }
}
