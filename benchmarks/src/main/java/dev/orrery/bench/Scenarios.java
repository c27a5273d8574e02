package dev.orrery.bench;

import dev.orrery.bench.backlog.Backlog;
import dev.orrery.bench.dbscheduler.DbScheduler;
import dev.orrery.bench.idle.Idle;
import dev.orrery.bench.latency.Latency;
import dev.orrery.bench.lateness.Lateness;
import dev.orrery.bench.raw.RawBare;
import dev.orrery.bench.raw.RawOwn;
import dev.orrery.bench.recovery.Recovery;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.soak.Soak;
import dev.orrery.bench.stack.Stacks;
import dev.orrery.bench.throughput.Throughput;
import java.util.List;

/** All scenarios by name, in the order in which they are measured and told. */
final class Scenarios {
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
          "soak");

  /** Takes half an hour. */
  private static final String ONLY_IF_NAMED = "soak";

  private final SizeOptions sizes;
  private final DatabaseServer server;
  private final Stacks stacks;
  private final Progress progress;

  Scenarios(SizeOptions sizes, DatabaseServer server, Stacks stacks, Progress progress) {
    this.sizes = sizes;
    this.server = server;
    this.stacks = stacks;
    this.progress = progress;
  }

  /** Those that are asked for; where none is named all but the soak. */
  List<Scenario> named(List<String> names) {
    return NAMES.stream()
        .filter(name -> names.isEmpty() ? !name.equals(ONLY_IF_NAMED) : names.contains(name))
        .map(this::scenario)
        .toList();
  }

  private Scenario scenario(String name) {
    return switch (name) {
      case "throughput" -> new Throughput(name, server, stacks::sharedSite, sizes.throughput());
      case "replicas" ->
          new Throughput(name, server, () -> stacks.replicas(sizes.replicas()), sizes.throughput());
      case "raw-own" -> new RawOwn(server, stacks, sizes.instances());
      case "raw-bare" -> new RawBare(server, sizes.instances());
      case "db-scheduler" -> new DbScheduler(server, sizes.dbScheduler());
      case "lateness" -> new Lateness(server, stacks, sizes.ticks());
      case "latency" -> new Latency(server, stacks, sizes.latency());
      case "backlog" -> new Backlog(server, stacks, sizes.backlog());
      case "idle" -> new Idle(server, stacks, sizes.idle());
      case "recovery" -> new Recovery(server, stacks, sizes.recovery());
      case "soak" -> new Soak(server, stacks, sizes.soak(), progress);
      default -> throw new IllegalArgumentException(name);
    };
  }
}
