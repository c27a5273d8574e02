package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.Disks;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.SmallDisk;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * No room for a while. Without room for tables, statements fail that need more; without room for
 * its log the server gives up, tries to recover, may end, and is started again when there is room.
 *
 * @param usesUpLog whether what the log has in store is used up, so that it needs room at once
 */
public record FillDisk(
    String name, Function<Disks, Optional<SmallDisk>> disk, boolean usesUpLog, Duration longest)
    implements Fault {
  /** More segments than are ever kept in store. */
  private static final int SEGMENTS = 200;

  public static FillDisk ofTables(Duration longest) {
    return new FillDisk("full-tables", Disks::tables, false, longest);
  }

  public static FillDisk ofLog(Duration longest) {
    return new FillDisk("full-log", Disks::log, true, longest);
  }

  @Override
  public String strike(TestCluster world, Random random)
      throws IOException, SQLException, InterruptedException {
    SmallDisk full = disk.apply(world.disks()).orElseThrow();
    full.shrink();
    try {
      if (usesUpLog) {
        useUpLog(world);
      }
      // Not too short, or nobody needs more room than there is.
      Fault.last(longest.dividedBy(2).plus(Fault.upTo(longest.dividedBy(2), random)));
    } finally {
      full.grow();
      // It may be about to give up at this very moment.
      world.database().awaitAnswer();
    }
    return full.path().getFileName().toString();
  }

  private static void useUpLog(TestCluster world) throws SQLException {
    Connection connection = world.database().connect();
    try (connection;
        Statement statement = connection.createStatement()) {
      for (int i = 0; i < SEGMENTS; i++) {
        statement.execute("select pg_logical_emit_message(false, 'chaos', 'full')");
        statement.execute("select pg_switch_wal()");
      }
    } catch (SQLException e) {
      // There was no room for the next one, and whoever writes finds that the server has given up.
      return;
    }
    throw new IllegalStateException("The log has room though its disk has none");
  }
}
