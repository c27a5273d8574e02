package dev.orrery.bench.stack;

import dev.orrery.bench.CleanupStack;
import dev.orrery.bench.server.BenchDatabase;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.testing.program.Ports;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Creates stacks for scenarios. One stack is shared, so that its code is warm for all of them. */
public final class StackPool {
  private static final int SMALL_CAPACITY = 20;

  private final DatabaseServer server;
  private final PackagedPrograms programs;
  private final CleanupStack ending;
  private final Path logs;
  private final Agents agents;
  private BenchStack shared;
  private BenchApp app;

  /**
   * The agents of the shared stack.
   *
   * @param capacity of each agent
   */
  public record Agents(int count, int capacity) {}

  public StackPool(
      DatabaseServer server,
      PackagedPrograms programs,
      CleanupStack ending,
      Path logs,
      Agents agents) {
    this.server = server;
    this.programs = programs;
    this.ending = ending;
    this.logs = logs;
    this.agents = agents;
  }

  /** A stack that has not been started. */
  public BenchStack on(BenchDatabase database, String... schedulerOptions) {
    return new BenchStack(programs, ending, logs, database, List.of(schedulerOptions));
  }

  /** The shared stack, started at the first call. */
  public BenchStack shared() throws SQLException, InterruptedException {
    if (shared == null) {
      shared = on(server.create("orrery"));
      shared.startScheduler();
    }
    return shared;
  }

  public BenchApp sharedApp() throws SQLException, InterruptedException {
    if (app == null) {
      app = newApp("bench");
    }
    return app;
  }

  /** The shared stack with its agents, as the target of a load. */
  public SubmissionTarget sharedSite() throws SQLException, InterruptedException {
    return site(sharedApp());
  }

  /** The shared stack with other agents, which have the capacity that agents have as shipped. */
  public SubmissionTarget siteOfSmallAgents() throws SQLException, InterruptedException {
    return site(newApp("small-agents", SMALL_CAPACITY));
  }

  private SubmissionTarget site(BenchApp target) throws SQLException, InterruptedException {
    return new SubmissionTarget(
        shared().database(),
        List.of(target),
        List.of(shared().schedulerProgram()),
        shared().agents());
  }

  /** Starts several schedulers on their own database, and agents that know all of them. */
  public SubmissionTarget replicas(int count) throws SQLException, InterruptedException {
    BenchDatabase database = server.create("replicas");
    String secret = UUID.randomUUID().toString();
    List<BenchStack> replicas =
        Stream.generate(() -> on(database, clusterOptions(secret))).limit(count).toList();
    for (BenchStack replica : replicas) {
      replica.startScheduler();
    }
    BenchApp first = replicas.get(0).app("bench");
    List<String> servers = new ArrayList<>(replicas.stream().map(BenchStack::workerUrl).toList());
    for (int i = 0; i < agents.count(); i++) {
      replicas.get(0).startAgent(first, agents.capacity(), String.join(",", servers));
      Collections.rotate(servers, -1);
    }
    return new SubmissionTarget(
        database,
        replicas.stream().map(replica -> replica.same(first)).toList(),
        replicas.stream().map(BenchStack::schedulerProgram).toList(),
        replicas.get(0).agents());
  }

  private static String[] clusterOptions(String secret) {
    int port = Ports.free();
    return new String[] {
      "-Dorrery.cluster.enabled=true",
      "-Dorrery.cluster.port=" + port,
      "-Dorrery.cluster.secret=" + secret,
      "-Dorrery.cluster.advertised-address=127.0.0.1:" + port,
    };
  }

  /** Creates an app of the shared stack with its own agents. */
  public BenchApp newApp(String name) throws SQLException, InterruptedException {
    return newApp(name, agents.capacity());
  }

  private BenchApp newApp(String name, int capacity) throws SQLException, InterruptedException {
    BenchApp made = shared().app(name);
    for (int i = 0; i < agents.count(); i++) {
      shared().startAgent(made, capacity);
    }
    return made;
  }
}
