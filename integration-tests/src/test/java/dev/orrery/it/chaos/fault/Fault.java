package dev.orrery.it.chaos.fault;

import dev.orrery.it.chaos.world.TestCluster;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Random;

/** Something that goes wrong, and is over when the call returns. */
public interface Fault {
  /**
   * Within this time every replica has noticed an outage of the database, and a process that was
   * frozen has noticed the gap.
   */
  Duration NOTICED = Duration.ofSeconds(6);

  /** For the log of a run, and to be counted by. */
  String name();

  /**
   * Strikes, lasts, and is healed.
   *
   * @return what was struck
   */
  String strike(TestCluster world, Random random)
      throws IOException, SQLException, InterruptedException;

  /** Lets it last. */
  static void last(Duration time) throws InterruptedException {
    Thread.sleep(time.toMillis());
  }

  /** A time up to the longest, more often short than long. */
  static Duration upTo(Duration longest, Random random) {
    double share = random.nextDouble();
    return Duration.ofMillis((long) (longest.toMillis() * share * share));
  }
}
