package dev.orrery.it.chaos.world;

import dev.orrery.it.harness.Builds;
import dev.orrery.it.harness.CuttingProxy;
import dev.orrery.it.harness.Postgres;
import dev.orrery.it.harness.PostgresPair;
import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.Program;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A whole installation: replicas on one database and agents, each a process, with a network link
 * between any two of them that can be disturbed. Replicas tell workers the address under which they
 * were dialled, with their own port. Therefore the link of an agent to a replica uses the replica's
 * port on the agent's own loopback address.
 */
public final class TestCluster implements AutoCloseable {
  public static final String APP = "chaos";

  /** All apps; each has jobs of the same names, and its own agents. */
  public static final List<String> APPS = List.of(APP, "neighbour");

  private static final String TOKEN = "admin-token-of-the-chaos-tests-7c1f";

  private final Plan plan;
  private final Path directory;
  private final Random random;
  private final DatabaseSite database;
  private final List<Site> sites = new ArrayList<>();
  private final List<ClusterNode> replicas = new CopyOnWriteArrayList<>();
  private final List<ClusterNode> agents = new CopyOnWriteArrayList<>();
  private final List<NetworkLink> ways = new ArrayList<>();
  private final ScheduledExecutorService keeper = Executors.newSingleThreadScheduledExecutor();

  /**
   * The processes to start.
   *
   * @param agents of all apps together, assigned in turn
   * @param apps how many of {@link TestCluster#APPS}
   * @param standby whether the database has a synchronous standby
   * @param scheduler the scheduler under test
   * @param tablesSize size of the disk for the tables, or of each server's disk with a standby
   */
  public record Plan(
      String name,
      int replicas,
      int agents,
      int apps,
      boolean standby,
      Program scheduler,
      long seed,
      String tablesSize) {

    /** Creates a plan with one app and a single database server. */
    public Plan(
        String name, int replicas, int agents, Program scheduler, long seed, String tablesSize) {
      this(name, replicas, agents, 1, false, scheduler, seed, tablesSize);
    }
  }

  private TestCluster(Plan plan, Path directory, DatabaseSite database) {
    this.plan = plan;
    this.directory = directory;
    this.random = new Random(plan.seed());
    this.database = database;
  }

  /** Starts everything, and waits until every replica is ready and every agent has an agreement. */
  public static TestCluster start(Plan plan) throws IOException, SQLException {
    Files.createDirectories(Stack.work());
    Path directory = Files.createTempDirectory(Stack.work(), plan.name() + "-");
    DatabaseSite database =
        plan.standby()
            ? DatabaseSite.pair(directory, plan.tablesSize())
            : DatabaseSite.single(directory, plan.tablesSize());
    TestCluster world = new TestCluster(plan, directory, database);
    try {
      world.populate();
      return world;
    } catch (IOException | RuntimeException | Error e) {
      world.close();
      throw e;
    }
  }

  private void populate() throws IOException {
    var unused = keeper.scheduleWithFixedDelay(this::keep, 500, 500, TimeUnit.MILLISECONDS);
    // One after the other, since the first one makes the schema.
    for (int i = 1; i <= plan.replicas(); i++) {
      Site site = Site.choose("replica-" + i, () -> database().port());
      sites.add(site);
      ways.addAll(site.ways());
      ClusterNode replica = replica(site);
      replicas.add(replica);
      replica.start();
      replica.awaitReady();
    }
    Client client = client(random);
    List<String> tokens = new ArrayList<>();
    for (String app : APPS.subList(0, plan.apps())) {
      tokens.add(newApp(client, app));
    }
    Path plugins = Programs.plugin(directory).getParent();
    Files.createDirectories(journal());
    for (int i = 1; i <= plan.agents(); i++) {
      int app = (i - 1) % plan.apps();
      ClusterNode agent = agent(i, APPS.get(app), tokens.get(app), plugins);
      agents.add(agent);
      agent.start();
    }
    agents.forEach(ClusterNode::awaitReady);
  }

  /** Returns a token for its agents. */
  private static String newApp(Client client, String app) {
    client.require("PUT", "/apps/" + app, "{}");
    return client
        .require("POST", "/apps/" + app + "/tokens", "{\"role\":\"worker\"}")
        .get("token")
        .asText();
  }

  private void keep() {
    members().forEach(ClusterNode::keep);
  }

  private ClusterNode replica(Site site) {
    List<String> options = site.options(database(), TOKEN, directory);
    return new ClusterNode(
        site.name(),
        site.management(),
        starts -> Builds.start(plan.scheduler(), options, Map.of(), log(site.name(), starts)));
  }

  private ClusterNode agent(int number, String app, String token, Path plugins) throws IOException {
    String name = "agent-" + number;
    InetAddress own = InetAddress.getByAddress(new byte[] {127, 0, 1, (byte) number});
    List<String> servers = new ArrayList<>();
    for (int i = 0; i < sites.size(); i++) {
      // Each begins with another replica.
      Site site = sites.get((number + i) % sites.size());
      InetSocketAddress entry = new InetSocketAddress(own, site.http());
      ways.add(new NetworkLink(name, site.name(), new CuttingProxy(entry, site.http())));
      servers.add("http://" + own.getHostAddress() + ":" + site.http());
    }
    int management = Ports.free();
    List<String> options = new ArrayList<>(Programs.machine("96m"));
    options.addAll(
        List.of(
            "-Dorrery.worker.server=" + String.join(",", servers),
            "-Dorrery.worker.app=" + app,
            "-Dchaos.app=" + app,
            "-Dorrery.worker.name=" + name,
            "-Dorrery.worker.processors=noop,java",
            "-Dorrery.worker.plugin-dir=" + plugins,
            "-Dorrery.worker.work-dir=" + directory.resolve(name),
            "-Dorrery.worker.drain-timeout=3s",
            "-Dorrery.worker.kill-grace-period=2s",
            "-Dquarkus.management.host=127.0.0.1",
            "-Dquarkus.management.port=" + management));
    return new ClusterNode(
        name,
        management,
        starts -> {
          List<String> all = new ArrayList<>(options);
          all.add("-Dchaos.journal=" + journal().resolve(name + "-" + starts + ".txt"));
          Map<String, String> environment = new HashMap<>(Clock.environment(random));
          environment.put("ORRERY_WORKER_TOKEN", token);
          return Builds.start(Builds.ownAgent(), all, environment, log(name, starts));
        });
  }

  private Path log(String name, int starts) {
    return directory.resolve("logs/" + name + "-" + starts + ".log");
  }

  public Path directory() {
    return directory;
  }

  /** The directory of the attempts' journals. */
  public Path journal() {
    return directory.resolve("journal");
  }

  /** The primary, without a proxy. */
  public Postgres database() {
    return database.primary();
  }

  public Disks disks() {
    return database.disks();
  }

  /** Empty if the database has no standby. */
  public Optional<PostgresPair> pair() {
    return database.pair();
  }

  public List<ClusterNode> replicas() {
    return List.copyOf(replicas);
  }

  public List<ClusterNode> agents() {
    return List.copyOf(agents);
  }

  public Stream<ClusterNode> members() {
    return Stream.concat(replicas.stream(), agents.stream());
  }

  public List<NetworkLink> ways() {
    return List.copyOf(ways);
  }

  /** Creates a client that calls the replicas through proxies. */
  public Client client(Random choice) {
    return new Client(
        sites.stream().map(site -> site.clients().proxy().port()).toList(), TOKEN, choice);
  }

  public boolean hasWrongClocks() {
    return Clock.canBeWrong();
  }

  @Override
  public void close() throws IOException {
    keeper.shutdownNow();
    agents.forEach(ClusterNode::close);
    replicas.forEach(ClusterNode::close);
    database.close();
    for (NetworkLink way : ways) {
      way.proxy().close();
    }
  }
}
