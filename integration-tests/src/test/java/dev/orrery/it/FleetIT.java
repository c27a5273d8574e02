package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.AtNight;
import dev.orrery.it.harness.Kubelet;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.SdkWorkers;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.Submitting;
import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerStatus;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Starts and stops replicas under twenty sessions over both protocols and a steady load: the
 * readiness of all must be correct within seconds, serving replicas must continue, and nothing may
 * be lost or done twice.
 */
@Tag("thorough")
@AtNight
class FleetIT {
  private static final String SECRET = "secret-of-the-fleet-of-this-test";
  private static final Duration STARTED = Duration.ofSeconds(60);
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration BETWEEN_RUNS = Duration.ofMillis(50);
  private static final int MAX_RUNS = 20_000;
  private static final int SESSIONS = 20;

  /** A replica with this code does nothing, so the others do not know it. */
  private static final String UNSEEN = "SCHEMA_NEWER";

  private final Map<Stack, String> names = new HashMap<>();
  private final Map<Stack, Integer> clusterPorts = new HashMap<>();
  private final Map<Stack, String> unready = new HashMap<>();
  private final Set<Stack> serving = new TreeSet<>(Comparator.comparing(names::get));
  private final Kubelet kubelet = new Kubelet();
  private final SdkWorkers workers = new SdkWorkers();
  private Postgres database;
  private Submitting load;

  @AfterEach
  void end() {
    kubelet.close();
    if (load != null) {
      load.close();
    }
    workers.close();
    Stack.closeAll(names.keySet());
    if (database != null) {
      database.close();
    }
  }

  @Test
  void reportsReadinessWithinTenSecondsWhileReplicasComeAndGo() throws IOException, SQLException {
    Stack first = replica("first", "http,akka");
    Stack second = replica("second", "http,akka");
    Stack third = replica("third", "http,akka");
    database = Postgres.create(first.directory());
    launch(first, second);
    ProgramProcess doomed = third.launchSchedulerOn(database);
    kubelet.watch(third);
    becomeReady("three are started on an empty database", first, second, third);
    startSessions(List.of(first, second, third));
    load = new Submitting(kubelet, List.copyOf(workers.all().keySet()), BETWEEN_RUNS, MAX_RUNS);
    requireServing();

    load.expectDeathOf(third);
    serving.remove(third);
    long killedAt = System.nanoTime();
    doomed.kill();
    requireRight("one is killed", killedAt);
    kubelet.forget(third);

    Stack akkaAlone = replica("akka-alone", "akka");
    Stack httpAlone = replica("http-alone", "http");
    Stack otherVersions =
        replica("other-versions", "http,akka").schedulerVersions(new VersionRange(2, 3));
    launch(akkaAlone, httpAlone, otherVersions);
    stayUnready(
        "protocols of others, and versions",
        Map.of(
            akkaAlone, "LACKS_PROTOCOL",
            httpAlone, "LACKS_PROTOCOL",
            otherVersions, "VERSIONS_DISJOINT"));

    Stack added = replica("added", "http,akka");
    launch(added);
    becomeReady("one is added", added);

    Stack newer = replica("newer-schema", "http,akka");
    String step = newer.schedulerOfNextSchema();
    launch(newer);
    goAway(akkaAlone, httpAlone, otherVersions);
    becomeReady("one brings a newer schema", newer);
    assertThat(
            database.count(
                "select count(*) from flyway_schema_history where success and version = '"
                    + step
                    + "'"))
        .isEqualTo(1);
    assertThat(agreement(first)).contains("SCHEMA_DIFFERS of replica");

    Stack older = replica("older-than-schema", "http,akka");
    launch(older);
    stayUnready("one is older than the schema", Map.of(older, UNSEEN));
    requireThatNothingIsServed(older);

    load.stop();
    assertThat(database.errors()).isEmpty();
    requireThatNothingWasLostOrDoneTwice();
  }

  private Stack replica(String name, String active) {
    int port = Ports.free();
    List<String> options =
        new ArrayList<>(
            List.of(
                "-Dorrery.protocols.active=" + active,
                "-Dorrery.cluster.enabled=true",
                "-Dorrery.cluster.port=" + port,
                "-Dorrery.cluster.secret=" + SECRET,
                "-Dorrery.cluster.advertised-address=127.0.0.1"));
    if (active.contains("akka")) {
      options.add("-Dorrery.protocols.akka.port=" + Ports.free());
    }
    Stack stack = new Stack("fleet-" + name, options.toArray(String[]::new));
    names.put(stack, name);
    clusterPorts.put(stack, port);
    return stack;
  }

  private void launch(Stack... replicas) {
    for (Stack replica : replicas) {
      replica.launchSchedulerOn(database);
      kubelet.watch(replica);
    }
  }

  private void startSessions(List<Stack> replicas) {
    replicas.get(0).api().putApp(Stack.APP);
    for (int i = 0; i < SESSIONS; i++) {
      Protocol protocol = i % 2 == 0 ? Protocol.HTTP : Protocol.AKKA;
      String name = protocol.canonicalName() + "-" + i;
      replicas
          .get(0)
          .api()
          .putJob(
              Stack.APP,
              name,
              "{\"processor\":{\"type\":\"noop\"},\"requiredTags\":[\"" + name + "\"]}");
      List<Stack> servers = new ArrayList<>(replicas);
      Collections.rotate(servers, i / 2);
      workers.start(name, protocol, servers);
    }
  }

  /** Requires that the started replicas serve from now on. */
  private void becomeReady(String what, Stack... started) {
    long upAt = awaitAnswers(List.of(started));
    serving.addAll(List.of(started));
    requireRight(what, upAt);
  }

  /** Requires that the started replicas stay unready for their reason. */
  private void stayUnready(String what, Map<Stack, String> started) {
    long upAt = awaitAnswers(started.keySet());
    unready.putAll(started);
    requireRight(what, upAt);
  }

  private long awaitAnswers(Collection<Stack> started) {
    return started.stream().mapToLong(one -> kubelet.awaitAnswer(one, STARTED)).max().orElseThrow();
  }

  private void goAway(Stack... stacks) {
    for (Stack one : stacks) {
      unready.remove(one);
      kubelet.forget(one);
    }
    Stack.closeAll(List.of(stacks));
  }

  /** Checks that the probes and every serving replica's list of replicas agree and are correct. */
  private void requireRight(String what, long knowableAt) {
    Await.until(
        what + ": who is ready is right",
        STARTED,
        () -> {
          String wrong = whatIsWrong();
          if (!wrong.isEmpty()) {
            throw new IllegalStateException(wrong);
          }
          return true;
        });
    Duration after =
        Stream.concat(
                Stream.of(Duration.ofNanos(System.nanoTime() - knowableAt)),
                unready.keySet().stream().map(one -> kubelet.of(one).settledAfter()))
            .max(Comparator.naturalOrder())
            .orElseThrow();
    System.out.printf(
        "FleetIT: %s: ready %s, not ready %s, right after %.1f s%n",
        what,
        serving.stream().map(names::get).toList(),
        unready.entrySet().stream()
            .map(one -> names.get(one.getKey()) + " " + one.getValue())
            .sorted()
            .toList(),
        after.toMillis() / 1e3);
    assertThat(after).as(what).isLessThan(SOON);
    if (load != null) {
      requireServing();
    }
  }

  private String whatIsWrong() {
    List<Stack> ready = kubelet.ready();
    if (!Set.copyOf(ready).equals(serving)) {
      return "ready are " + ready.stream().map(names::get).toList();
    }
    Map<Integer, String> expected = new TreeMap<>();
    serving.forEach(one -> expected.put(clusterPorts.get(one), ""));
    for (Map.Entry<Stack, String> one : unready.entrySet()) {
      String says = kubelet.of(one.getKey()).codes();
      if (!says.equals(one.getValue())) {
        return names.get(one.getKey()) + " says " + says;
      }
      if (!says.equals(UNSEEN)) {
        expected.put(clusterPorts.get(one.getKey()), says);
      }
    }
    for (Stack one : serving) {
      if (!listedBy(one).equals(expected)) {
        return names.get(one) + " lists " + listedBy(one) + " and not " + expected;
      }
    }
    return "";
  }

  /** Returns, by cluster port, why each live replica does not serve. */
  private static Map<Integer, String> listedBy(Stack replica) {
    Map<Integer, String> listed = new TreeMap<>();
    for (JsonNode one : replica.api().get("/cluster").get("items")) {
      if (one.get("live").asBoolean()) {
        List<String> codes = new ArrayList<>();
        one.get("unready").forEach(code -> codes.add(code.asText()));
        listed.put(
            Integer.valueOf(one.get("address").asText().replaceAll(".*:", "")),
            String.join(",", codes));
      }
    }
    return listed;
  }

  /** Checks that a run of every session that is submitted now ends soon. */
  private void requireServing() {
    long before = load.newest();
    Await.until(
        "runs of all sessions end",
        SOON,
        () ->
            database.count(
                    "select count(distinct job_id) from instance_history where state = 10 and id > "
                        + before)
                == SESSIONS);
    for (Stack one : serving) {
      assertThat(kubelet.of(one).ceased()).as(names.get(one) + " went on serving").isZero();
      assertThat(kubelet.of(one).becameReady()).isEqualTo(1);
    }
    for (Stack one : unready.keySet()) {
      assertThat(kubelet.of(one).becameReady()).as(names.get(one) + " was ready").isZero();
    }
    assertThat(load.errors()).isEmpty();
    Collection<OrreryWorker> all = workers.all().values();
    Await.until(
        "all workers say that they work",
        SOON,
        () -> all.stream().allMatch(one -> one.status().phase() == WorkerStatus.Phase.AGREED));
    assertThat(all).as("first sessions").allMatch(one -> one.counters().sessions() == 1);
  }

  private static String agreement(Stack replica) {
    return replica.schedulerCheck("/group/agreement", "agreement").path("data").toString();
  }

  private void requireThatNothingIsServed(Stack replica) throws IOException {
    assertThat(replica.api().call("PUT", "/apps/touched", "{}").status()).isEqualTo(503);
    assertThat(replica.api().call("GET", "/apps", null).status()).isEqualTo(503);
    Stack other = serving.iterator().next();
    assertThat(replica.callWorkerPort(other.workerToken())).isEqualTo(503);
    assertThat(other.api().call("GET", "/apps/touched", null).status()).isEqualTo(404);
  }

  private void requireThatNothingWasLostOrDoneTwice() throws SQLException {
    Set<String> acknowledged = Set.copyOf(load.acknowledged().values());
    assertThat(acknowledged).hasSameSizeAs(load.acknowledged().keySet());
    Await.until(
        "nothing waits or runs any more",
        SOON,
        () -> database.count("select count(*) from instance") == 0);
    assertThat(
            new TreeSet<>(database.texts("select id::text from instance_history where state = 10")))
        .isEqualTo(new TreeSet<>(acknowledged));
    assertThat(database.count("select count(*) from instance_history"))
        .isEqualTo(acknowledged.size());
    assertThat(database.count("select count(*) from attempt")).isZero();
    assertThat(workers.runs())
        .hasSize(acknowledged.size())
        .allSatisfy((id, times) -> assertThat(times).isEqualTo(1));
    System.out.printf(
        "FleetIT: %d runs acknowledged, each ended once; %d calls cut by the kill and made again%n",
        acknowledged.size(), load.cut());
  }
}
