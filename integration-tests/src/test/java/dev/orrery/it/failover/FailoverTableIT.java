package dev.orrery.it.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.failover.FailoverTrial.Fault;
import dev.orrery.it.failover.FailoverTrial.Loss;
import dev.orrery.it.failover.FailoverTrial.Step;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.PostgresPair;
import dev.orrery.it.harness.SmallDisk;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.MachineLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Tests faults of a database that stays in place, which take too long for {@link FailoverIT}.
 * {@code -Dorrery.it.failover.all=true} runs them.
 */
@Tag("thorough")
@Isolated("it measures times")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@AtNight
class FailoverTableIT {
  private static final String ALL = "orrery.it.failover.all";
  private static final Duration PROMISED = Duration.ofSeconds(2);

  /** The maximum time until a replica is not ready. */
  private static final Duration NOTICED = Duration.ofSeconds(5);

  /** A submission waits 2 s for a lock, and for the commits before it. */
  private static final Duration ANSWERED = Duration.ofSeconds(6);

  private static final Duration SILENT = Duration.ofSeconds(60);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Duration FROZEN = Duration.ofSeconds(15);
  private static final Duration LOST = Duration.ofSeconds(10);
  private static final Duration TERMINATING = Duration.ofSeconds(27);
  private static final Duration CANCELLING = Duration.ofSeconds(22);
  private static final int MAX_LOG_LINES = 20;
  private static final int MORE_CONNECTIONS_THAN_THERE_ARE = 200;

  /** A call without a connection tries to open one, so there are at most as many tries as calls. */
  private static final int MAX_REFUSED = 20 * (int) LONG.toSeconds();

  private static final String DISK = "600m";

  private static final String OF_REPLICAS =
      " from pg_stat_activity where usename = '"
          + FailoverCluster.ROLE
          + "' and application_name <> 'stranger'";

  private static final String TERMINATE = "select pg_terminate_backend(pid)" + OF_REPLICAS;
  private static final String CANCEL = "select pg_cancel_backend(pid)" + OF_REPLICAS;

  private final List<String> table = new ArrayList<>();
  private FailoverCluster cluster;
  private PostgresPair pair;
  private int trials;

  /** Checks the effect of the fault. */
  @FunctionalInterface
  private interface Expected {
    void of(FailoverTrial trial) throws Exception;
  }

  @BeforeAll
  void start() throws IOException, SQLException {
    if (!Boolean.getBoolean(ALL)) {
      System.out.println("SKIPPED FailoverTableIT: it takes ten minutes: -D" + ALL + "=true");
      Assumptions.abort("takes ten minutes: -D" + ALL + "=true");
    }
    use(FailoverCluster.startWithRole());
  }

  private void use(FailoverCluster started) {
    cluster = started;
    pair = started.pair();
    SteadyCalls.putJobs(started.replicas().get(0).api());
  }

  @BeforeEach
  void heal() throws SQLException {
    cluster.heal();
  }

  @Test
  @Order(1)
  void survivesRestartOfTheDatabase() throws Exception {
    trial(
        "restart of the database",
        () -> {
          pair.primary().stopServer();
          pair.primary().startServer();
          return now();
        },
        FailoverTableIT::assertAnswered);
  }

  @Test
  @Order(2)
  void reportsHangDuringHalfOpenNetworkOfOneMinute() throws Exception {
    trial(
        "half-open: all packets to the database dropped, 60 s",
        () -> {
          cluster.silence(pair.primary());
          Await.pass(SILENT);
          cluster.open(pair.primary());
          return now();
        },
        trial -> {
          assertOutage(trial, "HANGING");
          for (int i = 0; i < FailoverCluster.FORMS.size(); i++) {
            assertThat(trial.log(i).lines().filter(line -> line.matches("\\S+ (WARN|ERROR) .*")))
                .as("complaints of an outage")
                .hasSizeLessThanOrEqualTo(MAX_LOG_LINES);
          }
        });
  }

  @Test
  @Order(3)
  void servesAtFirstReplicaWhileSecondReplicaIsHalfOpen() throws Exception {
    trial(
        "half-open for the second replica only, 20 s",
        () -> {
          long[] back = now();
          cluster.silenceAddress();
          Await.pass(LONG);
          cluster.openAddress();
          back[1] = System.nanoTime();
          return back;
        },
        trial -> {
          assertNoOutage(trial, 0);
          assertThat(trial.probes().wasUnready(0, trial.begun())).isFalse();
          assertUnready(trial, 1, "HANGING");
          assertAnswered(trial);
          // An edit may wait for the lock of one that the second replica has left open.
          assertThat(trial.calls().answers())
              .filteredOn(answer -> answer.replica() == 0 && !answer.edit() && !answer.isSuccess())
              .as("submissions that the first replica refused")
              .isEmpty();
        });
  }

  @Test
  @Order(4)
  void reportsHangWhileDatabaseIsFrozenWithoutPromotion() throws Exception {
    trial(
        "SIGSTOP of the primary for 15 s, then SIGCONT, no promotion",
        () -> {
          pair.primary().freeze();
          Await.pass(FROZEN);
          pair.primary().thaw();
          return now();
        },
        trial -> assertOutage(trial, "HANGING"));
  }

  @Test
  @Order(5)
  void answersWhileBackendsAreTerminatedRepeatedly() throws Exception {
    try (FailoverTrial trial = newTrial("all backends terminated each second, 27 s")) {
      trial.expectStrikes((int) TERMINATING.toSeconds());
      play(
          trial,
          () -> repeat(TERMINATE, Duration.ofSeconds(1), TERMINATING),
          () -> {},
          FailoverTableIT::assertAnswered);
    }
  }

  @Test
  @Order(6)
  void reportsNoOutageWhileBackendsAreCanceledRepeatedly() throws Exception {
    trial(
        "all backends cancelled each 0.1 s, 22 s",
        () -> repeat(CANCEL, Duration.ofMillis(100), CANCELLING),
        FailoverTableIT::assertNoOutage);
  }

  @Test
  @Order(7)
  void answersWithThreeDatabaseConnections() throws Exception {
    int before = pair.primary().refusals().size();
    trial(
        "the role's connection limit is 3, all backends terminated, 20 s",
        () -> {
          limitConnections(3);
          pair.primary().execute(TERMINATE);
          Await.pass(LONG);
          limitConnections(-1);
          return now();
        },
        trial -> {
          assertAnswered(trial);
          int refused = pair.primary().refusals().size() - before;
          System.out.println("Failover: " + refused + " connections ended or refused");
          assertThat(refused).as("connections ended or refused").isLessThan(MAX_REFUSED);
        });
  }

  private void limitConnections(int most) throws SQLException {
    pair.primary()
        .execute("alter role %s connection limit %d".formatted(FailoverCluster.ROLE, most));
  }

  @Test
  @Order(8)
  void answersAfterOtherClientsTookAllConnections() throws Exception {
    trial(
        "strangers take all connections, 20 s",
        () -> {
          Deque<Connection> strangers = new ArrayDeque<>();
          try {
            for (int round = 0; round < 3; round++) {
              pair.primary().execute(TERMINATE);
              takeAll(strangers);
            }
            Await.pass(LONG);
          } finally {
            for (Connection stranger : strangers) {
              stranger.close();
            }
          }
          return now();
        },
        FailoverTableIT::assertAnswered);
  }

  private void takeAll(Deque<Connection> strangers) {
    try {
      for (int i = 0; i < MORE_CONNECTIONS_THAN_THERE_ARE; i++) {
        strangers.add(
            DriverManager.getConnection(
                pair.primary().url() + "?ApplicationName=stranger",
                FailoverCluster.ROLE,
                Postgres.PASSWORD));
      }
    } catch (SQLException e) {
      // All are taken, but for those of superusers.
    }
  }

  /** A lock of another client must not count as an outage. */
  @Test
  @Order(9)
  void reportsNoOutageWhileInstanceTableIsLocked() throws Exception {
    trial("table `instance` locked, 20 s", () -> lock("instance"), FailoverTableIT::assertNoOutage);
  }

  @Test
  @Order(10)
  void reportsNoOutageWhileSessionTableIsLocked() throws Exception {
    trial(
        "table `worker_session` locked, 20 s",
        () -> lock("worker_session"),
        FailoverTableIT::assertNoOutage);
  }

  private long[] lock(String locked) throws SQLException {
    try (Connection connection = pair.primary().connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table " + locked + " in access exclusive mode");
      Await.pass(LONG);
      connection.rollback();
    }
    return now();
  }

  @Test
  @Order(11)
  void reportsReadOnlyDatabase() throws Exception {
    trial(
        "read-only: `default_transaction_read_only=on`, 20 s",
        () -> {
          Postgres primary = pair.primary();
          primary.execute("alter system set default_transaction_read_only = on");
          primary.execute("select pg_reload_conf()");
          Await.pass(LONG);
          primary.execute("alter system reset default_transaction_read_only");
          primary.execute("select pg_reload_conf()");
          return now();
        },
        trial -> assertOutage(trial, "READ_ONLY"));
  }

  @Test
  @Order(12)
  void reportsRestoreOfOlderData() throws Exception {
    try (FailoverTrial trial =
        newTrial("restore of a backup, 10 s old, under running schedulers")) {
      play(
          trial,
          () -> {
            Path backup = cluster.replicas().get(0).directory().resolve("backup");
            long from = System.nanoTime();
            pair.primary().save(backup);
            long saved = System.nanoTime();
            trial.calls().awaitAccepted(saved, LONG);
            Await.pass(LOST);
            pair.primary().restore(backup);
            long[] back = now();
            trial.expectLoss(new Loss(from, back[0]));
            return back;
          },
          // The old one is ahead of its primary now.
          pair::rejoin,
          all -> {
            for (int i = 0; i < FailoverCluster.FORMS.size(); i++) {
              assertThat(all.log(i).lines().filter(line -> line.contains("went back in time")))
                  .as("lines that say it")
                  .hasSize(1);
            }
          });
    }
  }

  /** Needs root, for a small file system; first the tables run out of space, then the log. */
  @Test
  @Order(13)
  @SuppressWarnings("try") // The servers run meanwhile.
  void reportsFullDiskOfTheDatabase() throws Exception {
    end();
    Path directory = Files.createTempDirectory(Stack.work(), "failover-disk-");
    Optional<SmallDisk> mounted = SmallDisk.mount(directory, DISK);
    if (mounted.isEmpty()) {
      System.out.println("SKIPPED in FailoverTableIT: a full disk; none can be mounted here");
    }
    Assumptions.assumeTrue(mounted.isPresent(), "needs root");
    // The server must have ended before its disk goes.
    try (SmallDisk disk = mounted.get();
        AutoCloseable servers = this::end) {
      use(FailoverCluster.startOn(disk.path()));
      trial(
          "disk full, first for tables, then for the log: the server ends itself; 20 s",
          () -> {
            disk.shrink();
            try {
              Await.pass(LONG.dividedBy(2));
              pair.primary().useUpLog();
              Await.pass(LONG.dividedBy(2));
            } finally {
              disk.grow();
              pair.primary().awaitAnswer();
            }
            return now();
          },
          trial -> {
            assertAnswered(trial);
            for (int i = 0; i < FailoverCluster.FORMS.size(); i++) {
              int replica = i;
              trial.calls().answers().stream()
                  .filter(answer -> answer.replica() == replica && !answer.isSuccess())
                  .findFirst()
                  .ifPresent(
                      refused -> assertUnready(trial, replica, refused.at(), "DISK_FULL", "AWAY"));
            }
          });
    }
  }

  private void end() throws IOException {
    FailoverCluster ending = cluster;
    cluster = null;
    if (ending != null) {
      ending.close();
    }
  }

  private long[] repeat(String sql, Duration pause, Duration time) throws SQLException {
    long end = System.nanoTime() + time.toNanos();
    try (Connection connection = pair.primary().connect();
        Statement statement = connection.createStatement()) {
      while (end - System.nanoTime() > 0) {
        statement.execute(sql);
        Await.pass(pause);
      }
    }
    return now();
  }

  private static long[] now() {
    long now = System.nanoTime();
    return new long[] {now, now};
  }

  /** Checks that both replicas notice the fault, and answer their callers meanwhile. */
  private static void assertOutage(FailoverTrial trial, String code) {
    assertUnready(trial, 0, code);
    assertUnready(trial, 1, code);
    assertAnswered(trial);
  }

  /** Checks that both replicas continue, and answer their callers. */
  private static void assertNoOutage(FailoverTrial trial) {
    assertNoOutage(trial, 0);
    assertNoOutage(trial, 1);
    assertAnswered(trial);
  }

  private static void assertUnready(FailoverTrial trial, int replica, String... codes) {
    assertUnready(trial, replica, trial.begun(), codes);
  }

  private static void assertUnready(FailoverTrial trial, int replica, long since, String... codes) {
    long until = since + MachineLoad.stretch(NOTICED).toNanos();
    assertThat(Stream.of(codes))
        .as("not ready soon: %s", trial.probes().since(replica, trial.begun()))
        .anyMatch(code -> trial.probes().had(replica, code, trial.begun(), until));
  }

  private static void assertNoOutage(FailoverTrial trial, int replica) {
    assertThat(trial.log(replica).lines().filter(line -> line.contains("takes no writes")))
        .isEmpty();
  }

  private static void assertAnswered(FailoverTrial trial) {
    Duration longest = MachineLoad.stretch(ANSWERED);
    assertThat(trial.calls().answers())
        .filteredOn(answer -> answer.took().compareTo(longest) > 0)
        .isEmpty();
  }

  private void trial(String fault, Fault cause, Expected expected) throws Exception {
    try (FailoverTrial trial = newTrial(fault)) {
      play(trial, cause, () -> {}, expected);
    }
  }

  private FailoverTrial newTrial(String fault) {
    return new FailoverTrial(cluster, ++trials, fault);
  }

  private void play(FailoverTrial trial, Fault cause, Step afterwards, Expected expected) {
    SoftAssertions softly = new SoftAssertions();
    softly.check(() -> add(trial.run(cause, List.of(PROMISED, PROMISED), afterwards)));
    softly.check(() -> expected.of(trial));
    softly.assertAll();
  }

  private void add(String row) {
    table.add(row);
    System.out.println("Failover: " + row);
  }

  @AfterAll
  void close() throws IOException {
    table.forEach(System.out::println);
    end();
  }
}
