package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.TestCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;

/** A fault, which is over when the call returns. */
public interface Fault {
  /**
   * Within this time every replica notices an outage of the database, and a frozen process notices
   * the gap.
   */
  Duration NOTICED = Duration.ofSeconds(6);

  /** The name in the log and in counts. */
  String name();

  /**
   * Causes the fault, lets it last, and repairs it.
   *
   * @return the affected component
   */
  String strike(TestCluster world, Random random)
      throws IOException, SQLException, InterruptedException;

  static void last(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  /** Returns a time up to the longest; short ones are more frequent. */
  static Duration upTo(Duration longest, Random random) {
    double share = random.nextDouble();
    return Duration.ofMillis((long) (longest.toMillis() * share * share));
  }
}
