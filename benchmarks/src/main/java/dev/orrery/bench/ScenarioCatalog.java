package dev.orrery.bench;

import dev.orrery.bench.backlog.BacklogScenario;
import dev.orrery.bench.consoles.ConsolesScenario;
import dev.orrery.bench.dbscheduler.DbSchedulerScenario;
import dev.orrery.bench.idle.IdleScenario;
import dev.orrery.bench.latency.LatencyScenario;
import dev.orrery.bench.lateness.LatenessScenario;
import dev.orrery.bench.raw.RawBare;
import dev.orrery.bench.raw.RawOwn;
import dev.orrery.bench.recovery.RecoveryScenario;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.soak.SoakScenario;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.bench.throughput.ThroughputScenario;
import java.util.List;

/** All scenarios by name, in the order of measurement and output. */
final class ScenarioCatalog {
  static final List<String> NAMES =
      List.of(
          "throughput",
          "replicas",
          "raw-own",
          "raw-bare",
          "db-scheduler",
          "lateness",
          "latency",
          "backlog",
          "idle",
          "recovery",
          "consoles",
          "soak");

  /** Takes half an hour. */
  private static final String ONLY_IF_NAMED = "soak";

  private final SizeOptions sizes;
  private final DatabaseServer server;
  private final StackPool stacks;
  private final ProgressPrinter progress;

  ScenarioCatalog(
      SizeOptions sizes, DatabaseServer server, StackPool stacks, ProgressPrinter progress) {
    this.sizes = sizes;
    this.server = server;
    this.stacks = stacks;
    this.progress = progress;
  }

  /** Returns the named scenarios, by default all except the soak. */
  List<Scenario> named(List<String> names) {
    return NAMES.stream()
        .filter(name -> names.isEmpty() ? !name.equals(ONLY_IF_NAMED) : names.contains(name))
        .map(this::scenario)
        .toList();
  }

  private Scenario scenario(String name) {
    return switch (name) {
      case "throughput" ->
          new ThroughputScenario(name, server, stacks::sharedSite, sizes.throughput());
      case "replicas" ->
          new ThroughputScenario(
              name, server, () -> stacks.replicas(sizes.replicas()), sizes.throughput());
      case "raw-own" -> new RawOwn(server, stacks, sizes.instances());
      case "raw-bare" -> new RawBare(server, sizes.instances());
      case "db-scheduler" -> new DbSchedulerScenario(server, sizes.dbScheduler());
      case "lateness" -> new LatenessScenario(server, stacks, sizes.ticks());
      case "latency" -> new LatencyScenario(server, stacks, sizes.latency());
      case "backlog" -> new BacklogScenario(server, stacks, sizes.backlog());
      case "idle" -> new IdleScenario(server, stacks, sizes.idle());
      case "recovery" -> new RecoveryScenario(server, stacks, sizes.recovery());
      case "consoles" -> new ConsolesScenario(server, stacks, sizes.consoles(), progress);
      case "soak" -> new SoakScenario(server, stacks, sizes.soak(), progress);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
