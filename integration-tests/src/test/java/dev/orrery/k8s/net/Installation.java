package dev.orrery.k8s.net;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.it.harness.Stack;
import dev.orrery.k8s.Commands;
import dev.orrery.k8s.Neighbours;
import dev.orrery.k8s.PlannedPorts;
import dev.orrery.k8s.PodEnvironment;
import dev.orrery.k8s.Workload;
import dev.orrery.k8s.policy.Socket;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.testing.program.Await;
import io.fabric8.kubernetes.api.model.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The packaged programs in the pods of an overlay, with the environment of its manifests, which
 * alone determines whom they call. The test itself calls them from pods that are allowed to.
 */
final class Installation implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final int POSTGRESQL = 5432;
  private static final int UNAVAILABLE = 503;
  private static final String APP = "net";
  private static final String ADMIN_TOKEN = "admin-token-of-the-network-test";
  private static final String DATABASE_PASSWORD = "only-for-this-test";
  private static final String DATABASE_ELSEWHERE = "database.elsewhere";

  private final Cast cast;
  private final PodNetwork network;
  private final Path directory;
  private final Map<String, String> secrets = new HashMap<>();
  private final Map<Endpoint, Process> programs = new HashMap<>();
  private final List<Endpoint> schedulers;
  private final List<Endpoint> agents;
  private final Endpoint database;

  Installation(Cast cast, PodNetwork network) throws IOException {
    this.cast = cast;
    this.network = network;
    this.directory =
        Files.createTempDirectory(
            Files.createDirectories(Stack.work()), "net-" + cast.overlay().name() + "-");
    this.schedulers = pods(Workload::isScheduler);
    this.agents = pods(Workload::isAgent);
    this.database =
        pods(Workload::isDatabase).stream()
            .findFirst()
            .orElseGet(() -> cast.of(Neighbours.DATABASE));
    secrets.put(
        "orrery-database/jdbc-url",
        "jdbc:postgresql://" + databaseName() + ":" + POSTGRESQL + "/postgres");
    secrets.put("orrery-database/username", "orrery");
    secrets.put("orrery-database/password", DATABASE_PASSWORD);
    secrets.put("orrery-scheduler/admin-token", ADMIN_TOKEN);
    secrets.put("orrery-scheduler/cluster-secret", "cluster-secret-of-the-network-test");
    secrets.put("orrery-agent/app", APP);
    sameInTheQuickstart();
  }

  /** Its Secrets have different names. */
  private void sameInTheQuickstart() {
    Map<String, String> same = new HashMap<>();
    secrets.forEach(
        (name, value) -> {
          String key = name.substring(name.indexOf('/'));
          same.put(
              (name.startsWith("orrery-agent/") ? "orrery-quickstart-agent" : "orrery-quickstart")
                  + key,
              value);
        });
    secrets.putAll(same);
  }

  private List<Endpoint> pods(Predicate<Workload> kind) {
    return cast.pods().entrySet().stream()
        .filter(pod -> kind.test(pod.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  private String databaseName() {
    return cast.pods().containsKey(database) ? "orrery-postgres" : DATABASE_ELSEWHERE;
  }

  /** Starts everything, and waits until it is ready. */
  void start() throws IOException {
    startDatabase();
    Path scheduler = Stack.root().resolve("scheduler-service/target/quarkus-app/quarkus-run.jar");
    for (Endpoint pod : schedulers) {
      start(pod, scheduler, Map.of());
    }
    schedulers.forEach(pod -> awaitReady(pod, PortPlan.MANAGEMENT));
    call("PUT", "/apps/" + APP, "{}");
    JsonNode token = call("POST", "/apps/" + APP + "/tokens", "{\"role\":\"worker\"}");
    secrets.put("orrery-agent/token", token.get("token").asText());
    sameInTheQuickstart();
    Path agent = Stack.root().resolve("worker-agent/target/quarkus-app/quarkus-run.jar");
    for (Endpoint pod : agents) {
      Path work = Files.createDirectories(directory.resolve(pod.name()));
      // A path of the image; here it would be one of the machine.
      start(pod, agent, Map.of("ORRERY_WORKER_WORK_DIR", work.toString()));
    }
    agents.forEach(pod -> awaitReady(pod, PortPlan.AGENT_MANAGEMENT));
  }

  private void startDatabase() throws IOException {
    Path programs = Stack.serverPrograms();
    Path data = directory.resolve("database");
    Path password = Files.writeString(directory.resolve("password"), DATABASE_PASSWORD);
    List<String> asNobody = List.of("unshare", "--user");
    List<String> create = new ArrayList<>(asNobody);
    create.add(programs.resolve("initdb").toString());
    create.addAll(List.of("--pgdata=" + data, "--username=orrery", "--auth=scram-sha-256"));
    create.addAll(List.of("--pwfile=" + password, "--encoding=UTF8", "--locale=C", "--no-sync"));
    Commands.run(create, "");
    Files.writeString(
        data.resolve("pg_hba.conf"),
        "host all all 0.0.0.0/0 scram-sha-256\nhost all all ::/0 scram-sha-256\n",
        StandardOpenOption.APPEND);
    List<String> serve = new ArrayList<>(asNobody);
    serve.add(programs.resolve("postgres").toString());
    serve.addAll(List.of("-D", data.toString(), "--listen_addresses=" + database.address()));
    serve.add("--unix_socket_directories=");
    Path log = directory.resolve("database.log");
    Process server = network.at(database).start(serve, directory, Map.of(), log);
    Await.until(
        "the database accepts connections",
        START,
        () -> {
          requireAlive(server, log);
          return Files.readString(log).contains("ready to accept connections");
        });
  }

  private void start(Endpoint pod, Path jar, Map<String, String> instead) throws IOException {
    network.at(pod).mount(hosts(pod), "/etc/hosts");
    Map<String, String> environment =
        PodEnvironment.of(cast.overlay(), cast.pods().get(pod), secrets, pod.address(), directory);
    environment.putAll(instead);
    List<String> program =
        List.of(
            Pod.java(),
            "-XX:TieredStopAtLevel=1",
            "-XX:-UsePerfData",
            "-Xmx512m",
            "-jar",
            jar.toAbsolutePath().toString());
    programs.put(pod, network.at(pod).start(program, directory, environment, log(pod)));
  }

  private Path log(Endpoint pod) {
    return directory.resolve(pod.name() + ".log");
  }

  /**
   * Returns a hosts file with the Services' names, as a name server would answer them, and the
   * pod's own name.
   */
  private Path hosts(Endpoint pod) throws IOException {
    StringBuilder hosts = new StringBuilder("127.0.0.1 localhost\n");
    hosts.append(pod.address()).append(' ').append(pod.name()).append('\n');
    hosts.append(database.address()).append(' ').append(DATABASE_ELSEWHERE).append('\n');
    for (Service service : cast.overlay().all(Service.class)) {
      String name = service.getMetadata().getName();
      for (Endpoint selected : cast.pods().keySet()) {
        if (selected
            .peer()
            .labels()
            .entrySet()
            .containsAll(service.getSpec().getSelector().entrySet())) {
          hosts.append("%s %s %s.orrery%n".formatted(selected.address(), name, name));
        }
      }
    }
    return Files.writeString(directory.resolve(pod.name() + ".hosts"), hosts);
  }

  private void awaitReady(Endpoint pod, int port) {
    String probe = "http://" + Family.host(pod.address()) + ":" + port + "/q/health/ready";
    Pod prometheus = network.at(cast.of(Neighbours.PROMETHEUS));
    AtomicReference<Pod.Answer> last = new AtomicReference<>();
    Await.until(
        () -> probe + " says UP, see " + log(pod) + "; it said " + last.get(),
        START,
        () -> {
          requireAlive(programs.get(pod), log(pod));
          last.set(prometheus.call("GET", probe, "none", ""));
          return last.get().status() == 200;
        });
  }

  private static void requireAlive(Process process, Path log) throws IOException {
    if (!process.isAlive()) {
      throw new AssertionError("It has ended:\n" + Files.readString(log));
    }
  }

  /** Submits jobs at each scheduler, and waits for their success. */
  void runJobs(int count) {
    call("PUT", "/apps/" + APP + "/jobs/quick", "{\"processor\":{\"type\":\"noop\"}}");
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      JsonNode accepted =
          callAt(
              schedulers.get(i % schedulers.size()),
              "POST",
              "/apps/" + APP + "/jobs/quick/instances",
              "{}");
      ids.add(accepted.get("id").asText());
    }
    for (String id : ids) {
      Await.until(
          "instance " + id + " is SUCCEEDED",
          SOON,
          () -> call("GET", "/instances/" + id, "").get("state").asText().equals("SUCCEEDED"));
    }
  }

  /** Returns the protocols with their sessions, such as {@code http 2}. */
  Set<String> sessions() {
    Set<String> sessions = new TreeSet<>();
    for (JsonNode port : call("GET", "/protocol", "").get("ports")) {
      if (port.get("sessions").asInt() > 0) {
        sessions.add(port.get("name").asText() + " " + port.get("sessions").asInt());
      }
    }
    return sessions;
  }

  /** Returns the expected sessions, one per agent of each protocol. */
  private Set<String> plannedSessions() {
    return agents.stream()
        .collect(
            Collectors.groupingBy(pod -> cast.pods().get(pod).protocol(), Collectors.counting()))
        .entrySet()
        .stream()
        .map(protocol -> protocol.getKey() + " " + protocol.getValue())
        .collect(Collectors.toSet());
  }

  /** Waits for expired sessions of agents that a slow machine kept from renewing. */
  void awaitPlannedSessions() {
    Await.until(
        () -> "the sessions are " + plannedSessions() + ", and are " + sessions(),
        START,
        () -> sessions().equals(plannedSessions()));
  }

  /** Waits until each scheduler reaches all others at their cluster ports. */
  void awaitReplicasReachEachOther() {
    for (Endpoint pod : schedulers) {
      Await.until(
          pod + " reaches the other replicas",
          SOON,
          () -> {
            int reached = 0;
            for (JsonNode replica : callAt(pod, "GET", "/cluster", "").get("items")) {
              reached += replica.path("clusterPort").asText().equals("REACHED") ? 1 : 0;
            }
            return reached == schedulers.size() - 1;
          });
    }
  }

  private JsonNode call(String method, String path, String body) {
    return callAt(schedulers.get(0), method, path, body);
  }

  private JsonNode callAt(Endpoint scheduler, String method, String path, String body) {
    String url =
        "http://" + Family.host(scheduler.address()) + ":" + PortPlan.API + "/api/v1" + path;
    Pod client = network.at(cast.of(Neighbours.CLIENT));
    AtomicReference<Pod.Answer> last = new AtomicReference<>();
    // A disk that stalls for two seconds is an outage of the database, and the answer is 503.
    Await.until(
        () -> method + " " + url + " is answered by an available scheduler, not by " + last.get(),
        SOON,
        () -> {
          last.set(client.call(method, url, ADMIN_TOKEN, body));
          return last.get().status() != UNAVAILABLE;
        });
    if (last.get().status() / 100 != 2) {
      throw new AssertionError(method + " " + url + " returned " + last.get());
    }
    return last.get().json();
  }

  /** Returns the listening sockets by the port plan. */
  Map<Endpoint, Set<Socket>> listening() {
    Map<Endpoint, Set<Socket>> listening = new HashMap<>();
    cast.pods()
        .forEach(
            (pod, workload) ->
                listening.put(
                    pod,
                    PlannedPorts.of(workload, cast.overlay()).values().stream()
                        .map(Socket::tcp)
                        .collect(Collectors.toSet())));
    listening.put(database, Set.of(Socket.tcp(POSTGRESQL)));
    return listening;
  }

  @Override
  public void close() {
    Stream.of(agents, schedulers, List.of(database))
        .flatMap(List::stream)
        .forEach(pod -> network.at(pod).endPrograms());
  }
}
