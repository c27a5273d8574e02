package dev.orrery.bench.stack;

import dev.orrery.bench.Ending;
import dev.orrery.bench.server.Database;
import dev.orrery.bench.server.DatabaseServer;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/** Makes stacks; one of them is shared, so that its code is warm whoever measures it. */
public final class Stacks {
  private final DatabaseServer server;
  private final Programs programs;
  private final Ending ending;
  private final Path logs;
  private final Agents agents;
  private Stack shared;
  private App app;

  /**
   * How many agents the shared stack has.
   *
   * @param capacity of each
   */
  public record Agents(int count, int capacity) {}

  public Stacks(DatabaseServer server, Programs programs, Ending ending, Path logs, Agents agents) {
    this.server = server;
    this.programs = programs;
    this.ending = ending;
    this.logs = logs;
    this.agents = agents;
  }

  /** A stack of which nothing is started yet. */
  public Stack on(Database database, String... schedulerOptions) {
    return new Stack(programs, ending, logs, database, List.of(schedulerOptions));
  }

  /** The stack that is started when the first one asks for it. */
  public Stack shared() throws SQLException, InterruptedException {
    if (shared == null) {
      shared = on(server.create("orrery"));
      shared.startScheduler();
    }
    return shared;
  }

  /** The app of the shared stack that scenarios share, with its agents. */
  public App sharedApp() throws SQLException, InterruptedException {
    if (app == null) {
      app = newApp("bench");
    }
    return app;
  }

  /** The shared stack, with its agents, as the place of a load. */
  public Site sharedSite() throws SQLException, InterruptedException {
    return new Site(shared().database(), List.of(sharedApp()));
  }

  /** Several schedulers on a database of their own, and agents, of which each knows all of them. */
  public Site replicas(int count) throws SQLException, InterruptedException {
    Database database = server.create("replicas");
    String secret = UUID.randomUUID().toString();
    List<Stack> replicas =
        Stream.generate(() -> on(database, clusterOptions(secret))).limit(count).toList();
    for (Stack replica : replicas) {
      replica.startScheduler();
    }
    App first = replicas.get(0).app("bench");
    List<String> servers = new ArrayList<>(replicas.stream().map(Stack::workerUrl).toList());
    for (int i = 0; i < agents.count(); i++) {
      replicas.get(0).startAgent(first, agents.capacity(), String.join(",", servers));
      Collections.rotate(servers, -1);
    }
    return new Site(database, replicas.stream().map(replica -> replica.same(first)).toList());
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

  /** An app of the shared stack, with agents of its own. */
  public App newApp(String name) throws SQLException, InterruptedException {
    App made = shared().app(name);
    for (int i = 0; i < agents.count(); i++) {
      shared().startAgent(made, agents.capacity());
    }
    return made;
  }
}
