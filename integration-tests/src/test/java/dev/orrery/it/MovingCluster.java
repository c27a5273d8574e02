package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Api;
import dev.orrery.it.harness.Journal;
import dev.orrery.it.harness.Load;
import dev.orrery.it.harness.Load.Accepted;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.QuickAndLongJobs;
import dev.orrery.it.harness.Service;
import dev.orrery.it.harness.Sockets;
import dev.orrery.it.harness.Sockets.Listening;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Two replicas behind one address, and workers, which are restarted with other protocols. */
final class MovingCluster implements AutoCloseable {
  static final int WORKERS = 2;

  private static final Duration STOP = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Stack first;
  private final Stack second;
  private Postgres database;
  private final int httpAddress;
  private final Map<Stack, ProgramProcess> processes = new HashMap<>();
  private final Map<Stack, Integer> akkaPorts = new HashMap<>();
  private final Map<Stack, Integer> clusterPorts = new HashMap<>();
  private final List<ProgramProcess> workers = new ArrayList<>();
  private Service service;
  private int servicePort;
  private Api api;
  private QuickAndLongJobs jobs;

  MovingCluster(String name) {
    httpAddress = Ports.free();
    first = replica(name + "-1");
    second = replica(name + "-2");
  }

  /** Starts the database, replicas with these protocols, their common address, and the jobs. */
  MovingCluster start(String active) throws IOException {
    database = Postgres.start(first.directory());
    for (Stack replica : List.of(first, second)) {
      launch(replica, active);
      replica.awaitScheduler();
    }
    service = new Service(first, second);
    servicePort = service.listen(Stack::apiPort);
    service.listen(httpAddress, Stack::httpPort);
    api = first.api().at(servicePort);
    api.putApp(Stack.APP);
    jobs = new QuickAndLongJobs(api, new Journal(first.directory()));
    jobs.put(1);
    for (Stack replica : List.of(first, second)) {
      requireReady(replica, active);
    }
    return this;
  }

  private Stack replica(String name) {
    int clusterPort = Ports.free();
    int akkaPort = Ports.free();
    Stack replica =
        new Stack(
            name,
            "-Dorrery.cluster.enabled=true",
            "-Dorrery.cluster.port=" + clusterPort,
            "-Dorrery.cluster.secret=secret-of-the-integration-tests",
            "-Dorrery.cluster.advertised-address=127.0.0.1",
            "-Dorrery.protocols.http.advertised-address=http://localhost:" + httpAddress,
            "-Dorrery.protocols.akka.port=" + akkaPort,
            "-Dorrery.agreement.required-window=5s",
            "-Dorrery.shutdown.delay=1500ms");
    clusterPorts.put(replica, clusterPort);
    akkaPorts.put(replica, akkaPort);
    return replica;
  }

  Stack first() {
    return first;
  }

  Stack second() {
    return second;
  }

  Load load() {
    return jobs.load(servicePort);
  }

  /** Restarts with SIGTERM and another list of protocols; waits until it is ready again. */
  void restart(Stack replica, String active) {
    stop(replica);
    launch(replica, active);
    replica.awaitScheduler();
    Await.until("its address has seen it", SOON, () -> service.changes(replica).contains(true));
    requireReady(replica, active);
  }

  /** Stops a replica: it turns unready at once, serves for a while, and ends. */
  void stop(Stack replica) {
    ProgramProcess leaving = processes.get(replica);
    service.changes(replica);
    leaving.terminate();
    Await.until(
        "it says that it stops",
        SOON,
        () -> protocols(replica).path("code").asText().equals("STOPPING"));
    assertThat(replica.isReady()).isFalse();
    // Who has not heard of it yet is served.
    assertThat(replica.api().get("/protocol").get("active")).isNotEmpty();
    assertThat(leaving.awaitExit(STOP)).isIn(0, 143);
    assertThat(service.changes(replica)).isEqualTo(List.of(false));
    assertThat(service.changes(other(replica))).isEmpty();
  }

  void launch(Stack replica, String active) {
    processes.put(
        replica, replica.launchSchedulerOn(database, "-Dorrery.protocols.active=" + active));
  }

  private Stack other(Stack replica) {
    return replica == first ? second : first;
  }

  /** Requires that it is ready with these protocols and exactly their ports. */
  void requireReady(Stack replica, String active) {
    assertThat(replica.isReady()).isTrue();
    assertThat(protocols(replica).get("active").asText()).isEqualTo(active);
    Set<Integer> planned =
        new HashSet<>(
            Set.of(replica.apiPort(), replica.managementPort(), clusterPorts.get(replica)));
    if (active.contains("http")) {
      planned.add(replica.httpPort());
    }
    if (active.contains("akka")) {
      planned.add(akkaPorts.get(replica));
    }
    if (Sockets.areKnown()) {
      assertThat(
              Sockets.of(processes.get(replica)).stream()
                  .filter(socket -> !socket.loopback())
                  .map(Listening::port)
                  .collect(Collectors.toSet()))
          .isEqualTo(planned);
    }
  }

  JsonNode protocols(Stack replica) {
    return replica.schedulerCheck("/ready", "protocols").path("data");
  }

  void startWorkers(String protocol) {
    for (int i = 0; i < WORKERS; i++) {
      workers.add(startWorker(protocol));
    }
  }

  /** Restarts the workers one by one with SIGTERM. */
  void restartWorkers(String protocol) {
    for (int i = 0; i < WORKERS; i++) {
      workers.get(i).terminate();
      assertThat(workers.get(i).awaitExit(STOP)).isIn(0, 143);
      workers.set(i, startWorker(protocol));
    }
  }

  private ProgramProcess startWorker(String protocol) {
    return first.startAgentAt(
        servicePort, "-Dorrery.worker.protocol=" + protocol, "-Dorrery.worker.akka.port=0");
  }

  /** Returns the protocols with their numbers of sessions, from the API. */
  Set<String> sessions() {
    Set<String> sessions = new HashSet<>();
    for (JsonNode port : api.get("/protocol").get("ports")) {
      if (port.get("sessions").asInt() > 0) {
        sessions.add(port.get("name").asText() + " " + port.get("sessions").asInt());
      }
    }
    return sessions;
  }

  /** Returns a port of the plan, from the API. */
  JsonNode port(String name) {
    for (JsonNode port : api.get("/protocol").get("ports")) {
      if (port.get("name").asText().equals(name)) {
        return port;
      }
    }
    throw new AssertionError("No port is called " + name);
  }

  int recordMain(String protocol) {
    try {
      return api.call("POST", "/protocol/main", "{\"protocol\":\"" + protocol + "\"}").status();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  void awaitRecordedMain(String protocol) {
    Await.until(
        "all replicas know the main protocol",
        SOON,
        () ->
            protocols(first).get("recordedMain").asText().equals(protocol)
                && protocols(second).get("recordedMain").asText().equals(protocol));
  }

  int unserved() {
    return service.unserved();
  }

  void requireSucceededOnce(List<Accepted> accepted) {
    jobs.requireSucceededOnce(accepted);
  }

  @Override
  public void close() throws IOException {
    // The workers are the first one's, and say good-bye at the common address.
    first.close();
    second.close();
    if (service != null) {
      service.close();
    }
    if (database != null) {
      database.close();
    }
  }
}
