package dev.orrery.it.chaos;

import dev.orrery.it.chaos.load.Job;
import dev.orrery.it.chaos.load.Triggers;
import dev.orrery.it.chaos.load.Workload;
import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.NetworkLink;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.CuttingProxy.Mode;
import dev.orrery.testing.program.Await;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Tests a replica whose machine loses power, so that the database does not see its connections end.
 */
@Tag("thorough")
@AtNight
class LostReplicaIT {
  private static final String WAITING_INSERT =
      "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
          + " and query like 'insert into instance (id%'";

  /** A connection has half a minute to end a transaction; the rest is a start on a busy machine. */
  private static final Duration GOES_ON = Duration.ofSeconds(90);

  @Test
  void continuesFiringAfterReplicaLosesPowerDuringTransaction() throws Exception {
    try (TestCluster world =
        TestCluster.start(new TestCluster.Plan("lost", 2, 1, Builds.ownScheduler(), 1, "300m"))) {
      ClusterNode lost = world.replicas().get(0);
      ClusterNode other = world.replicas().get(1);
      other.kill();
      Workload.putJobs(world, List.of(Job.TICK));
      awaitFire(world);

      try (Connection connection = world.database().connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("lock table instance in share mode");
        Await.until(
            "it has locked the trigger and waits to insert",
            Duration.ofSeconds(20),
            () -> world.database().count(WAITING_INSERT) > 0);
        wayToDatabase(world, lost).proxy().turn(Mode.HALF_OPEN);
        connection.rollback();
      }
      lost.kill();
      other.start();

      long begun = System.nanoTime();
      awaitFire(world);
      System.out.printf(
          "LostReplicaIT: fires again after %d s%n",
          Duration.ofNanos(System.nanoTime() - begun).toSeconds());
    }
  }

  private static void awaitFire(TestCluster world) {
    Instant now = Instant.now();
    Await.until("it fires", GOES_ON, () -> Triggers.silentSince(world.database(), now).isEmpty());
  }

  private static NetworkLink wayToDatabase(TestCluster world, ClusterNode replica) {
    return world.ways().stream()
        .filter(way -> way.from().equals(replica.name()) && way.to().equals("database"))
        .findFirst()
        .orElseThrow();
  }
}
