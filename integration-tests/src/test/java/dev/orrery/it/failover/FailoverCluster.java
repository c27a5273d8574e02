package dev.orrery.it.failover;

import dev.orrery.it.Leases;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.CuttingProxy.Mode;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.PostgresPair;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Await;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import dev.orrery.worker.OrreryWorker;
import dev.orrery.worker.WorkerSettings;
import dev.orrery.worker.WorkerStatus;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Two replicas in cluster mode on a primary with a standby, and a worker of each of two apps. The
 * URL of the first replica lists both hosts, the second one's contains a name; the test moves the
 * name and the address.
 */
final class FailoverCluster implements AutoCloseable {
  static final List<String> APPS = List.of("alpha", "beta");

  /** The forms of the URL, in the order of the replicas. */
  static final List<String> FORMS = List.of("both hosts", "name");

  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NAME = "db.failover.test";
  private static final String FIRST_ADDRESS = "127.0.0.2";
  private static final String SECOND_ADDRESS = "127.0.0.3";
  private static final int TAGS = 25;

  /**
   * A member of the table owner, without superuser rights, so that connection limits apply to it.
   */
  static final String ROLE = "scheduler";

  private final Stack first = replica("failover-1");
  private final Stack second = replica("failover-2");
  private final Attempts attempts = new Attempts();
  private final List<ProgramProcess> processes = new ArrayList<>();
  private final List<OrreryWorker> workers = new ArrayList<>();
  private final Map<Postgres, CuttingProxy> hosts = new ConcurrentHashMap<>();
  private final Map<String, Address> addresses = new ConcurrentHashMap<>();
  private PostgresPair pair;
  private String named = FIRST_ADDRESS;

  /** An address that leads to one server after the other. */
  private static final class Address {
    private final CuttingProxy proxy;
    private volatile Postgres target;

    Address(InetSocketAddress at, Postgres target) {
      this.target = target;
      this.proxy = new CuttingProxy(at, () -> this.target.port());
    }
  }

  static FailoverCluster start() throws IOException, SQLException {
    FailoverCluster cluster = new FailoverCluster();
    return start(cluster, cluster.first.directory(), List.of());
  }

  /** Starts replicas that connect as {@link #ROLE}. */
  static FailoverCluster startWithRole() throws IOException, SQLException {
    FailoverCluster cluster = new FailoverCluster();
    return start(
        cluster,
        cluster.first.directory(),
        List.of(
            "create role %s login password '%s' in role %s"
                .formatted(ROLE, Postgres.PASSWORD, Postgres.USER)));
  }

  /**
   * Starts the first primary with all of its files below this directory.
   *
   * @param disk an empty directory
   */
  static FailoverCluster startOn(Path disk) throws IOException, SQLException {
    return start(new FailoverCluster(), disk, List.of());
  }

  /**
   * @param roles statements for the database, before it has a standby
   */
  private static FailoverCluster start(FailoverCluster cluster, Path directory, List<String> roles)
      throws IOException, SQLException {
    try {
      cluster.startAll(directory, roles);
      return cluster;
    } catch (IOException | SQLException | RuntimeException | Error e) {
      cluster.close();
      throw e;
    }
  }

  private static Stack replica(String name) {
    List<String> options = new ArrayList<>(List.of(Leases.options()));
    options.addAll(
        List.of(
            "-Dorrery.cluster.enabled=true",
            "-Dorrery.cluster.port=" + Ports.free(),
            "-Dorrery.cluster.secret=secret-of-the-integration-tests",
            "-Dorrery.cluster.advertised-address=127.0.0.1"));
    return new Stack(name, options.toArray(new String[0]));
  }

  private void startAll(Path directory, List<String> roles) throws IOException, SQLException {
    Postgres primary = Postgres.start(directory);
    for (String statement : roles) {
      primary.execute(statement);
    }
    pair = PostgresPair.of(primary, first.directory());
    String user = "-Dquarkus.datasource.username=" + (roles.isEmpty() ? Postgres.USER : ROLE);
    int port = Ports.free();
    for (Postgres server : List.of(pair.primary(), pair.standby())) {
      hosts.put(server, new CuttingProxy(server.port()));
    }
    for (String address : List.of(FIRST_ADDRESS, SECOND_ADDRESS)) {
      InetSocketAddress at = new InetSocketAddress(InetAddress.getByName(address), port);
      addresses.put(address, new Address(at, pair.primary()));
    }
    writeName();
    processes.add(
        first.launchSchedulerOn(
            pair.primary(),
            url(PostgresPair.url(List.of(way(pair.primary()).port(), way(pair.standby()).port()))),
            user));
    processes.add(
        second.launchSchedulerOn(
            pair.primary(),
            url("jdbc:postgresql://" + NAME + ":" + port + "/postgres"),
            user,
            "-Djdk.net.hosts.file=" + names()));
    replicas().forEach(Stack::awaitScheduler);
    for (String app : APPS) {
      first.api().putApp(app);
    }
    startWorker("alpha", List.of(first, second));
    startWorker("beta", List.of(second, first));
    Await.until(
        "both workers have a session",
        SOON,
        () -> workers.stream().allMatch(one -> one.status().phase() == WorkerStatus.Phase.AGREED));
  }

  private static String url(String url) {
    return "-Dquarkus.datasource.jdbc.url=" + url;
  }

  private Path names() {
    return first.directory().resolve("hosts");
  }

  /** The JVM resolves names only by this file, so it also contains the names of this machine. */
  private void writeName() throws IOException {
    String own = InetAddress.getLocalHost().getHostName();
    Files.writeString(
        names(), "127.0.0.1 localhost\n127.0.0.1 %s\n%s %s\n".formatted(own, named, NAME));
  }

  private void startWorker(String app, List<Stack> servers) {
    WorkerSettings settings =
        WorkerSettings.of(app, first.api().newToken(app, "worker"))
            .name(app)
            .capacity(50)
            .processor("noop", context -> attempts.run(app, context));
    for (int i = 0; i < TAGS; i++) {
      settings.tag(tag(app, i));
    }
    servers.forEach(server -> settings.server("http://localhost:" + server.apiPort()));
    workers.add(settings.start());
  }

  /** Returns a tag that only the worker of the app has. */
  static String tag(String app, int number) {
    return app + "-" + number % TAGS;
  }

  PostgresPair pair() {
    return pair;
  }

  List<Stack> replicas() {
    return List.of(first, second);
  }

  List<ProgramProcess> processes() {
    return List.copyOf(processes);
  }

  Attempts attempts() {
    return attempts;
  }

  /** The number of sessions that the workers have opened since their start. */
  long sessions() {
    return workers.stream().mapToLong(worker -> worker.counters().sessions()).sum();
  }

  private CuttingProxy way(Postgres server) {
    return hosts.get(server);
  }

  private Address namedAddress() {
    return addresses.get(named);
  }

  /** Moves the address of the second replica to the primary; old connections stay. */
  void moveAddress() {
    namedAddress().target = pair.primary();
  }

  /** Moves the address of the second replica to the primary, and cuts old connections. */
  void moveAddressAndCut() {
    moveAddress();
    namedAddress().proxy.cut();
  }

  /** Moves the name of the second replica to another address, which leads to the primary. */
  void moveName() throws IOException {
    named = named.equals(FIRST_ADDRESS) ? SECOND_ADDRESS : FIRST_ADDRESS;
    moveAddress();
    writeName();
  }

  /**
   * Points the address to this server; unless it is the primary, the primary becomes unreachable.
   */
  void leadTo(Postgres server) {
    boolean primary = server.equals(pair.primary());
    way(pair.primary()).turn(primary ? Mode.OPEN : Mode.REFUSING);
    namedAddress().target = server;
    namedAddress().proxy.cut();
  }

  /** Drops all packets between the replicas and this server. */
  void silence(Postgres server) {
    way(server).turn(Mode.HALF_OPEN);
    namedAddress().proxy.turn(Mode.HALF_OPEN);
  }

  /** Drops all packets of the second replica's address. */
  void silenceAddress() {
    namedAddress().proxy.turn(Mode.HALF_OPEN);
  }

  /** Lets new connections to this server pass; old ones stay silent. */
  void open(Postgres server) {
    way(server).turn(Mode.OPEN);
    openAddress();
  }

  /** Lets new connections of the second replica pass; old ones stay silent. */
  void openAddress() {
    namedAddress().proxy.turn(Mode.OPEN);
  }

  /** Opens all links, points the address to the primary, and attaches the standby. */
  void heal() throws SQLException {
    pair.replication().turn(Mode.OPEN);
    moveAddress();
    if (!pair.isStreaming()) {
      pair.rejoin();
    }
    for (CuttingProxy way : hosts.values()) {
      way.turn(Mode.OPEN);
    }
    Await.until("replicas are ready", SOON, () -> replicas().stream().allMatch(Stack::isReady));
  }

  @Override
  public void close() throws IOException {
    workers.parallelStream().forEach(OrreryWorker::close);
    Stack.closeAll(replicas());
    for (CuttingProxy way : hosts.values()) {
      way.close();
    }
    for (Address address : addresses.values()) {
      address.proxy.close();
    }
    if (pair != null) {
      pair.close();
    }
  }
}
