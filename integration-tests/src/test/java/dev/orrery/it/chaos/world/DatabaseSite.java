package dev.orrery.it.chaos.world;

import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.PostgresPair;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;

/**
 * The database and its disks. It may have a synchronous standby, which takes its place with each
 * promotion.
 */
final class DatabaseSite implements AutoCloseable {
  private final Disks disks;
  private final Postgres first;
  private final Disks disksOfSecond;
  private final PostgresPair pair;

  private DatabaseSite(Disks disks, Postgres first, Disks disksOfSecond, PostgresPair pair) {
    this.disks = disks;
    this.first = first;
    this.disksOfSecond = disksOfSecond;
    this.pair = pair;
  }

  /**
   * @param tablesSize size of the disk for the tables
   */
  static DatabaseSite single(Path directory, String tablesSize) throws IOException, SQLException {
    Disks disks = Disks.mount(directory, tablesSize);
    try {
      return new DatabaseSite(disks, disks.startDatabase(), null, null);
    } catch (IOException | SQLException | RuntimeException | Error e) {
      disks.close();
      throw e;
    }
  }

  /**
   * @param size of the disk of each server
   */
  static DatabaseSite pair(Path directory, String size) throws IOException, SQLException {
    Disks disks = Disks.mountOne(directory.resolve("first"), size);
    Disks disksOfSecond = Disks.mountOne(directory.resolve("standby"), size);
    try {
      Postgres first = disks.startOnOne();
      PostgresPair pair = PostgresPair.of(first, directory);
      pair.synchronous(true);
      return new DatabaseSite(disks, first, disksOfSecond, pair);
    } catch (SQLException | RuntimeException | Error e) {
      disks.close();
      disksOfSecond.close();
      throw e;
    }
  }

  /** Returns the server that accepts writes, now or after its restart. */
  Postgres primary() {
    return pair == null ? first : pair.primary();
  }

  Disks disks() {
    return primary() == first ? disks : disksOfSecond;
  }

  Optional<PostgresPair> pair() {
    return Optional.ofNullable(pair);
  }

  @Override
  public void close() throws IOException {
    if (pair == null) {
      first.close();
    } else {
      pair.close();
      disksOfSecond.close();
    }
    disks.close();
  }
}
