package dev.orrery.it.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.failover.FailoverTrial.Fault;
import dev.orrery.it.failover.FailoverTrial.Loss;
import dev.orrery.it.failover.FailoverTrial.Step;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.CuttingProxy.Mode;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.PostgresPair;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * Moves, kills, freezes or isolates the primary of two servers, or loses its last commits, under a
 * steady load. Both replicas see each fault, one with both hosts in its URL and one with a name.
 */
@Tag("thorough")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class FailoverIT {
  private static final Duration AWAY = Duration.ofSeconds(3);
  private static final Duration NOTICED = Duration.ofSeconds(5);

  /** A silent server is detected within this time: two seconds to the next check, two for it. */
  private static final Duration SILENT = NOTICED;

  private static final Duration SOON = Duration.ofSeconds(30);
  private static final Duration PROMISED = Duration.ofSeconds(2);

  /** The JVM resolves a moved name when the old address has expired. */
  private static final Duration NAME_KNOWN = Duration.ofSeconds(7);

  private static final Duration SETTLED = Duration.ofSeconds(1);
  private static final Duration MISLED = Duration.ofSeconds(4);
  private static final String MADE_SINCE =
      "select id from instance where id >= %1$s"
          + " union all select id from instance_history where id >= %1$s";

  private static final int LOST_JOBS = 40;
  private static final int LOST_APPS = 3;

  /** The replicas compare the position of the database every two seconds. */
  private static final Duration COMPARED = Duration.ofMillis(2500);

  private final List<String> table = new ArrayList<>();
  private FailoverCluster cluster;
  private PostgresPair pair;
  private int trials;

  @BeforeAll
  void start() throws IOException, SQLException {
    cluster = FailoverCluster.start();
    pair = cluster.pair();
    SteadyCalls.putJobs(cluster.replicas().get(0).api());
  }

  @BeforeEach
  void heal() throws SQLException {
    cluster.heal();
  }

  @Test
  @Order(1)
  void survivesSwitchover() throws Exception {
    pair.synchronous(true);
    trial(
        "switchover: fast stop, promotion",
        () -> {
          pair.primary().stopServer();
          return promoteAndMove();
        });
  }

  @Test
  @Order(2)
  void survivesKillOfThePrimary() throws Exception {
    pair.synchronous(true);
    trial(
        "`kill -9` of the primary, promotion after 3 s",
        () -> {
          pair.primary().kill();
          Await.pass(AWAY);
          return promoteAndMove();
        });
  }

  @Test
  @Order(3)
  void survivesFreezeOfThePrimary() throws Exception {
    pair.synchronous(true);
    trial(
        "SIGSTOP of the primary, promotion after 5 s",
        () -> {
          pair.primary().freeze();
          Await.pass(SILENT);
          return promoteAndMove();
        });
  }

  @Test
  @Order(4)
  void survivesHalfOpenNetworkToThePrimary() throws Exception {
    pair.synchronous(true);
    trial(
        "all packets to the primary dropped, promotion after 5 s, old connections stay silent",
        () -> {
          cluster.silence(pair.primary());
          Await.pass(SILENT);
          pair.promote();
          cluster.moveAddress();
          cluster.openAddress();
          return now();
        });
  }

  @Test
  @Order(5)
  void survivesReadOnlyOldPrimaryWithOpenConnections() throws Exception {
    pair.synchronous(true);
    trial(
        "the primary becomes read-only, promotion after 3 s, old connections are not cut",
        () -> {
          pair.primary().execute("alter system set default_transaction_read_only = on");
          pair.primary().execute("select pg_reload_conf()");
          Await.pass(AWAY);
          pair.promote();
          cluster.moveAddress();
          return now();
        });
  }

  @Test
  @Order(6)
  void survivesLateDnsChangeWithOldPrimaryAsStandby() throws Exception {
    pair.synchronous(true);
    trial(
        "switchover; the name moves when the old primary is back as standby under the old address",
        () -> {
          pair.primary().stopServer();
          pair.promote();
          long promoted = System.nanoTime();
          pair.rejoin();
          cluster.moveName();
          return new long[] {promoted, System.nanoTime()};
        },
        List.of(PROMISED, NAME_KNOWN),
        () -> {});
  }

  @Test
  @Order(7)
  void survivesLossOfTheSynchronousStandby() throws Exception {
    pair.synchronous(true);
    try (FailoverTrial trial = newTrial("synchronous standby gone: no commit ends")) {
      add(
          trial.run(
              () -> {
                pair.standby().kill();
                for (int i = 0; i < FailoverCluster.FORMS.size(); i++) {
                  int replica = i;
                  Await.until(
                      "both replicas notice",
                      NOTICED,
                      () ->
                          trial.probes().had(replica, "HANGING", trial.begun(), System.nanoTime()));
                }
                Await.pass(AWAY);
                pair.standby().startServer();
                Await.until("the standby follows", SOON, pair::isStreaming);
                return now();
              },
              List.of(PROMISED, PROMISED),
              () -> {}));
      assertThat(trial.calls().answers())
          .anyMatch(answer -> answer.detail().contains("outcome is unknown"));
    }
  }

  @Test
  @Order(8)
  void survivesPromotionOfStandbyThatLacksLastCommits() throws Exception {
    pair.synchronous(false);
    try (FailoverTrial trial = newTrial("asynchronous standby promoted without the tail")) {
      add(
          trial.run(
              () -> {
                long from = System.nanoTime();
                pair.awaitCaughtUp();
                pair.replication().turn(Mode.REFUSING);
                makeTail();
                Await.pass(COMPARED);
                pair.primary().kill();
                long[] back = promoteAndMove();
                trial.expectLoss(new Loss(from, back[0]));
                return back;
              },
              List.of(PROMISED, PROMISED),
              this::makeOthers));
      for (int i = 0; i < FailoverCluster.FORMS.size(); i++) {
        assertThat(trial.log(i).lines().filter(line -> line.contains("went back in time")))
            .hasSize(1);
      }
    }
  }

  /** Creates apps, jobs, tags and triggers that the standby does not receive. */
  private void makeTail() {
    Api api = cluster.replicas().get(0).api();
    for (int i = 0; i < LOST_APPS; i++) {
      api.putApp(lostApp(i));
      api.putJob(lostApp(i), "lost", SteadyCalls.everySecond(lostApp(i), "lost"));
    }
    for (int i = 0; i < LOST_JOBS; i++) {
      String job = "tail-" + i;
      api.putJob(
          "alpha",
          job,
          i % 4 == 0 ? SteadyCalls.everySecond("alpha", job) : documentWithTag("alpha", job, i));
      api.run("alpha", job);
    }
  }

  /** Creates others with the same ids in the other app; the replicas must not confuse them. */
  private void makeOthers() throws IOException {
    for (int i = 0; i < LOST_JOBS; i++) {
      Api api = cluster.replicas().get(i % FailoverCluster.FORMS.size()).api();
      String job = "after-" + i;
      api.putJob("beta", job, documentWithTag("beta", job, i));
      String id = api.run("beta", job);
      api.awaitState(id, "SUCCEEDED", SOON);
    }
    for (Stack replica : cluster.replicas()) {
      for (int i = 0; i < LOST_APPS; i++) {
        assertThat(replica.api().call("GET", "/apps/" + lostApp(i) + "/jobs", null).status())
            .isEqualTo(404);
      }
    }
  }

  /** The old primary accepts writes, and the replicas can reach it but not the new one. */
  @Test
  @Order(9)
  void writesNothingToUnfencedOldPrimary() throws Exception {
    pair.synchronous(true);
    try (FailoverTrial trial =
        newTrial("an old primary is reached instead of the new one for 4 s")) {
      List<String> taken = new ArrayList<>();
      add(
          trial.run(
              () -> {
                pair.primary().freeze();
                Await.pass(AWAY);
                long[] promoted = promoteAndMove();
                trial.calls().awaitAccepted(promoted[0], SOON);
                Postgres old = pair.standby();
                old.thaw();
                old.execute("alter system set synchronous_standby_names = ''");
                old.execute("select pg_reload_conf()");
                // It runs now what it had received before it froze.
                Await.pass(SETTLED);
                String from = old.texts("select instance_id_at(clock_timestamp())").get(0);
                cluster.leadTo(old);
                Await.pass(MISLED);
                cluster.leadTo(pair.primary());
                taken.addAll(old.texts(MADE_SINCE.formatted(from)));
                return now();
              },
              List.of(PROMISED, PROMISED),
              () -> {}));
      assertThat(taken).as("instances that replicas made in the old primary").isEmpty();
      for (int i = 0; i < FailoverCluster.FORMS.size(); i++) {
        assertThat(trial.log(i)).contains("OLD_PRIMARY");
      }
    }
  }

  private static String lostApp(int number) {
    return "lost-" + number;
  }

  private static String documentWithTag(String app, String job, int number) {
    return """
        {"processor":{"type":"noop"},"requiredTags":["%s"],"parameters":{"app":"%s","job":"%s"}}"""
        .formatted(FailoverCluster.tag(app, number), app, job);
  }

  private long[] promoteAndMove() throws SQLException {
    pair.promote();
    cluster.moveAddressAndCut();
    return now();
  }

  private static long[] now() {
    long now = System.nanoTime();
    return new long[] {now, now};
  }

  private void trial(String fault, Fault cause) throws Exception {
    trial(fault, cause, List.of(PROMISED, PROMISED), () -> {});
  }

  private void trial(String fault, Fault cause, List<Duration> longest, Step afterwards)
      throws Exception {
    try (FailoverTrial trial = newTrial(fault)) {
      add(trial.run(cause, longest, afterwards));
    }
  }

  private FailoverTrial newTrial(String fault) {
    return new FailoverTrial(cluster, ++trials, fault);
  }

  private void add(String row) {
    table.add(row);
    System.out.println("Failover: " + row);
  }

  @AfterAll
  void close() throws IOException {
    System.out.println("| fault | clients saw | readiness | on again | lost/doubled/stuck |");
    System.out.println("|---|---|---|---|---|");
    table.forEach(System.out::println);
    if (cluster != null) {
      cluster.close();
    }
  }
}
