package dev.orrery.it.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.Leases;
import dev.orrery.it.chaos.check.Checker;
import dev.orrery.it.chaos.check.Facts.Trace;
import dev.orrery.it.chaos.check.Violation;
import dev.orrery.it.chaos.fault.CutOffStandby;
import dev.orrery.it.chaos.fault.Fault;
import dev.orrery.it.chaos.fault.FreezeDatabase;
import dev.orrery.it.chaos.fault.MakeReadOnly;
import dev.orrery.it.chaos.fault.MakeReadOnly.Way;
import dev.orrery.it.chaos.fault.RestartDatabase;
import dev.orrery.it.chaos.load.AttemptJournal;
import dev.orrery.it.chaos.load.Job;
import dev.orrery.it.chaos.load.Workload;
import dev.orrery.it.chaos.world.Client;
import dev.orrery.it.chaos.world.ClusterNode;
import dev.orrery.it.chaos.world.NetworkLink;
import dev.orrery.it.chaos.world.TestCluster;
import dev.orrery.it.harness.CuttingProxy.Mode;
import dev.orrery.it.harness.LongCases;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/**
 * Proves the checker: runs schedulers with a seeded bug through a short script that triggers it.
 * The facts and rules of {@link ChaosIT} must then report the expected violation. A run has a third
 * of the bugs, another one each day.
 */
// Long, so not the last one, which would run alone.
@Order(4)
@Tag("thorough")
class SeededBugsIT {
  private static final Duration UNTIL_SETTLED = Duration.ofSeconds(25);
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final String ENDED_BEFORE_ADVANCED =
      "select count(*) from trigger t join instance_history h"
          + " on h.job_id = t.job_id and h.fire_time = t.next_fire_at";

  private static final String HOLDERS =
      "select w.worker from instance i join worker_session w on w.id = i.session_id"
          + " where i.state = 3 and i.id = any(?)";

  /** A flow, and the jobs of its nodes. */
  private static final List<Job> FLOW =
      List.of(Job.QUICK, Job.URGENT, Job.COIN, Job.SHARDS, Job.FLOW);

  @BeforeEach
  void assumeToday(TestInfo test) {
    LongCases.assumeToday("bugs", test, 3);
  }

  private interface Script {
    void play(TestCluster world, Trial trial) throws Exception;
  }

  @Test
  void findsUnfencedReport() throws Exception {
    requireFound(
        SeededBug.NO_FENCE,
        1,
        List.of(Job.SLOW),
        (world, trial) -> {
          submit(world, trial, Job.SLOW, 6);
          String holder = awaitHolder(world);
          // Its reports are held up on their way until others have started what it had.
          turn(world, holder, Mode.STALLED);
          Await.until("others run it", SOON, () -> running(world, 2) > 0);
          turn(world, holder, Mode.OPEN);
        });
  }

  @Test
  void findsSessionExpiryCausedByOutage() throws Exception {
    requireFound(
        SeededBug.NO_OUTAGE_GRACE,
        1,
        List.of(Job.QUICK),
        (world, trial) -> {
          // No worker is quick enough to renew before it is judged.
          world.agents().forEach(agent -> turn(world, agent.name(), Mode.STALLED));
          new RestartDatabase(Leases.LEASE.plus(Fault.NOTICED), trial::outage)
              .strike(world, new LongestTimes());
          Await.pass(Leases.LEASE.dividedBy(2));
          world.agents().forEach(agent -> turn(world, agent.name(), Mode.OPEN));
        });
  }

  @Test
  void findsFireSplitIntoTwoTransactions() throws Exception {
    requireFound(
        SeededBug.TWO_STEP_FIRE,
        1,
        List.of(Job.TICK),
        (world, trial) -> {
          // While the instance lives, the schema keeps its fire time from firing again.
          Await.until(
              "one has ended, and its trigger is not advanced",
              SOON,
              () -> world.database().count(ENDED_BEFORE_ADVANCED) > 0);
          ClusterNode replica = world.replicas().get(0);
          replica.kill();
          replica.start();
        });
  }

  @Test
  void findsAttemptsThatAreNeverRequeued() throws Exception {
    requireFound(
        SeededBug.FORGOTTEN_REQUEUE,
        1,
        List.of(Job.SLOW),
        (world, trial) -> {
          submit(world, trial, Job.SLOW, 6);
          ClusterNode holder = member(world, awaitHolder(world));
          holder.kill();
          holder.start();
        });
  }

  @Test
  void findsExceededConcurrencyLimit() throws Exception {
    requireFound(
        SeededBug.FORGOTTEN_LIMIT,
        1,
        List.of(Job.TRIPLE),
        (world, trial) -> {
          for (int i = 0; i < 10; i++) {
            submit(world, trial, Job.TRIPLE, 10);
          }
        });
  }

  @Test
  void findsCallAcceptedTwiceUnderSameIdempotencyKey() throws Exception {
    requireFound(
        SeededBug.FORGOTTEN_KEY,
        1,
        List.of(Job.QUICK),
        (world, trial) -> {
          world.ways().stream()
              .filter(way -> way.from().equals("clients"))
              .forEach(way -> way.proxy().cutNextAnswerWith("\"ids\""));
          submit(world, trial, Job.QUICK, 5);
        });
  }

  @Test
  void findsInMemoryStateTrustedOverDatabase() throws Exception {
    List<Job> jobs =
        TestCluster.APPS.stream()
            .flatMap(app -> Stream.of(Job.QUICK.in(app), Job.URGENT.in(app)))
            .toList();
    requireFound(
        SeededBug.BELIEVED_MEMORY,
        plan(SeededBug.BELIEVED_MEMORY, TestCluster.APPS.size(), false),
        jobs,
        (world, trial) -> jobs.forEach(job -> submit(world, trial, job, 3)));
  }

  @Test
  void findsReadOnlyDatabaseNotTreatedAsOutage() throws Exception {
    requireFound(
        SeededBug.READ_ONLY_IS_NO_OUTAGE,
        1,
        List.of(Job.QUICK),
        (world, trial) -> {
          world.agents().forEach(agent -> turn(world, agent.name(), Mode.STALLED));
          new MakeReadOnly(List.of(Way.ALL_SESSIONS), Leases.LEASE, trial::outage)
              .strike(world, new LongestTimes());
          Await.pass(Leases.LEASE.dividedBy(2));
          world.agents().forEach(agent -> turn(world, agent.name(), Mode.OPEN));
        });
  }

  @Test
  void findsLateDetectionOfDatabaseHang() throws Exception {
    requireFound(
        SeededBug.HANG_NOTICED_LATE,
        1,
        List.of(Job.QUICK),
        (world, trial) ->
            strikeThreeTimes(world, new FreezeDatabase(Duration.ofSeconds(4), trial::outage)));
  }

  @Test
  void findsReadinessCheckWithoutWrite() throws Exception {
    requireFound(
        SeededBug.READS_ARE_ENOUGH,
        plan(SeededBug.READS_ARE_ENOUGH, 1, true),
        List.of(Job.QUICK),
        (world, trial) ->
            strikeThreeTimes(world, new CutOffStandby(Duration.ofSeconds(4), trial::outage)));
  }

  @Test
  void findsLookAtParentWithoutLock() throws Exception {
    requireFound(
        SeededBug.LOOK_WITHOUT_LOCK,
        3,
        List.of(Job.SHARDS),
        (world, trial) -> submit(world, trial, Job.SHARDS, 20));
  }

  @Test
  void findsParentEndedWithoutAllParts() throws Exception {
    requireFound(
        SeededBug.PARTS_FORGOTTEN,
        1,
        List.of(Job.SHARDS),
        (world, trial) -> submit(world, trial, Job.SHARDS, 2));
  }

  @Test
  void findsNodeCommittedBeforeItsMark() throws Exception {
    requireFound(
        SeededBug.NODE_MARKED_LATER, 3, FLOW, (world, trial) -> submit(world, trial, Job.FLOW, 20));
  }

  @Test
  void findsFlowReadWithoutLock() throws Exception {
    requireFound(
        SeededBug.FLOW_WITHOUT_LOCK, 3, FLOW, (world, trial) -> submit(world, trial, Job.FLOW, 20));
  }

  @Test
  void findsNodesReadBeforeTheirFlowIsLocked() throws Exception {
    requireFound(
        SeededBug.NODES_READ_BEFORE_LOCK,
        3,
        FLOW,
        (world, trial) -> submit(world, trial, Job.FLOW, 20));
  }

  @Test
  void findsNodeStartedBeforeItsNeedsHaveEnded() throws Exception {
    requireFound(
        SeededBug.ONE_NEED_IS_ENOUGH, 1, FLOW, (world, trial) -> submit(world, trial, Job.FLOW, 5));
  }

  /**
   * A late probe response on a busy machine splits the ready time of a replica into parts that may
   * look correct. So there is more than one outage.
   */
  private static void strikeThreeTimes(TestCluster world, Fault fault) throws Exception {
    for (int strike = 0; strike < 3; strike++) {
      world.replicas().forEach(ClusterNode::awaitReady);
      fault.strike(world, new LongestTimes());
    }
  }

  private static TestCluster.Plan plan(SeededBug bug, int apps, boolean standby) {
    return new TestCluster.Plan(
        "seeded-" + bug.name(), 1, 2, apps, standby, bug.program(), 1, "700m");
  }

  private static void requireFound(SeededBug bug, int replicas, List<Job> jobs, Script script)
      throws Exception {
    requireFound(
        bug,
        new TestCluster.Plan("seeded-" + bug.name(), replicas, 2, bug.program(), 1, "300m"),
        jobs,
        script);
  }

  private static void requireFound(
      SeededBug bug, TestCluster.Plan plan, List<Job> jobs, Script script) throws Exception {
    long begun = System.nanoTime();
    try (TestCluster world = TestCluster.start(plan);
        Trial trial = new Trial(world, jobs)) {
      script.play(world, trial);
      trial.settle(UNTIL_SETTLED);
      List<Violation> violations = Checker.check(trial.facts());
      System.out.printf(
          "SeededBugsIT: %s, %d s: %s%n",
          bug.name(),
          Duration.ofNanos(System.nanoTime() - begun).toSeconds(),
          violations.stream().limit(2).toList());
      assertThat(violations).extracting(Violation::kind).containsAnyElementsOf(bug.found());
    }
  }

  private static void submit(TestCluster world, Trial trial, Job job, int count) {
    Client client = world.client(new Random());
    Workload.submit(client, trial.ledger(), job, count, "seeded-" + trial.ledger().size());
  }

  /**
   * Returns the name of an agent that has begun an attempt and is not known to have ended it. A
   * claim alone does not count, because its response may be in flight.
   */
  private static String awaitHolder(TestCluster world) {
    List<String> holders = new ArrayList<>();
    Await.until("something has begun", SOON, () -> holders.addAll(holders(world)));
    return holders.get(0);
  }

  private static List<String> holders(TestCluster world) throws SQLException, IOException {
    Long[] begun =
        AttemptJournal.read(world.journal()).traces().stream().map(Trace::id).toArray(Long[]::new);
    List<String> holders = new ArrayList<>();
    try (Connection connection = world.database().connect();
        PreparedStatement statement = connection.prepareStatement(HOLDERS)) {
      statement.setArray(1, connection.createArrayOf("bigint", begun));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          holders.add(rows.getString(1));
        }
      }
    }
    return holders;
  }

  private static long running(TestCluster world, int attempt) throws SQLException {
    return world
        .database()
        .count("select count(*) from instance where state = 3 and attempt = " + attempt);
  }

  private static void turn(TestCluster world, String member, Mode mode) {
    for (NetworkLink way : world.ways()) {
      if (way.isOf(member)) {
        way.proxy().turn(mode);
      }
    }
  }

  private static ClusterNode member(TestCluster world, String name) {
    return world.members().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
  }

  /** Makes every fault last as long as possible. */
  private static final class LongestTimes extends Random {
    private static final long serialVersionUID = 1L;

    @Override
    public double nextDouble() {
      return 1;
    }
  }
}
