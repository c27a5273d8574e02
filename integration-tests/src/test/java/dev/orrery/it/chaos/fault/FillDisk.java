package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.Disks;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.SmallDisk;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;

/**
 * Fills a disk for a while. Without space for tables, statements fail that need more; without space
 * for its log the server ends, tries to recover, and is restarted when there is space again.
 *
 * @param usesUpLog whether to use up preallocated log space, so that the log needs space at once
 */
public record FillDisk(
    String name, Function<Disks, Optional<SmallDisk>> disk, boolean usesUpLog, Duration longest)
    implements Fault {
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
        world.database().useUpLog();
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
}
