package dev.orrery.bench;

import dev.orrery.bench.backlog.BacklogScenario.Depths;
import dev.orrery.bench.consoles.ConsolesScenario;
import dev.orrery.bench.dbscheduler.DbSchedulerScenario;
import dev.orrery.bench.flows.FlowsScenario;
import dev.orrery.bench.idle.IdleScenario;
import dev.orrery.bench.latency.LatencyScenario.Runs;
import dev.orrery.bench.lateness.LatenessScenario.Ticks;
import dev.orrery.bench.parts.PartsScenario;
import dev.orrery.bench.recovery.RecoveryScenario;
import dev.orrery.bench.soak.SoakScenario;
import dev.orrery.bench.stack.StackPool.Agents;
import dev.orrery.bench.throughput.ThroughputScenario;
import java.time.Duration;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The amount of work in a round: a size, and options that override single values. */
final class SizeOptions {
  enum Size {
    SMALL,
    FULL
  }

  @Spec(Target.MIXEE)
  private CommandSpec command;

  @Option(
      names = "--size",
      description = "'small' checks that the benchmark works, 'full' measures. Default: full.")
  private Size size = Size.FULL;

  @Option(
      names = "--instances",
      paramLabel = "N",
      description =
          "throughput and its variants, raw-own, raw-bare, db-scheduler: instances (100,000; small 2,000).")
  private Integer instances;

  @Option(
      names = "--warm-up",
      paramLabel = "SECONDS",
      description =
          "The same, lateness and latency: how long is done what does not count (20; small 1); idle: three times that.")
  private Integer warmUp;

  @Option(
      names = "--batch",
      paramLabel = "N",
      description = "throughput, replicas, flows: runs that one call submits (1,000).")
  private Integer batch;

  @Option(
      names = "--replicas",
      paramLabel = "N",
      description = "replicas: schedulers on one database (3; small 2).")
  private Integer replicas;

  @Option(
      names = "--agents",
      paramLabel = "N",
      description =
          "throughput, replicas, parts, flows, lateness, latency, consoles: agents (2; small 1).")
  private Integer agents;

  @Option(names = "--capacity", paramLabel = "N", description = "Capacity of each agent (500).")
  private Integer capacity;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description = "lateness, idle: jobs (10,000; small 200).")
  private Integer jobs;

  @Option(
      names = "--ticks",
      paramLabel = "N",
      description = "lateness: ticks that are counted (4; small 1).")
  private Integer ticks;

  @Option(
      names = "--shards",
      paramLabel = "N",
      description = "parts: shards of the run, at most 10,000 (10,000; small 1,000).")
  private Integer shards;

  @Option(
      names = "--parallelism",
      paramLabel = "N",
      description = "parts: shards that wait or run at once, at most 5,000 (500).")
  private Integer parallelism;

  @Option(
      names = "--trees",
      paramLabel = "N",
      description = "parts: runs with shards beside which plain runs start (20; small 2).")
  private Integer trees;

  @Option(
      names = "--flows",
      paramLabel = "N",
      description = "flows: flows of ten nodes at once (1,000; small 50).")
  private Integer flows;

  @Option(
      names = "--runs",
      paramLabel = "N",
      description =
          "latency: runs by a call (300; small 20). A third of that: its runs by a trigger; flows: single flows.")
  private Integer runs;

  @Option(
      names = "--waiting",
      paramLabel = "N",
      description = "backlog: the largest one; consoles: how many wait (1,000,000; small 5,000).")
  private Integer waiting;

  @Option(
      names = "--consoles",
      paramLabel = "N",
      description = "consoles: browsers that show the overview (50; small 5).")
  private Integer consoles;

  @Option(names = "--sessions", paramLabel = "N", description = "idle: sessions (500; small 20).")
  private Integer sessions;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "idle, consoles: how long is measured (30; small 6); backlog: a third of that.")
  private Integer seconds;

  @Option(
      names = "--lease",
      paramLabel = "SECONDS",
      description = "recovery: lease of a session (30, as shipped; small 6).")
  private Integer lease;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description =
          "soak, consoles: runs that are submitted a second (8,000 and 2,000; small 200).")
  private Integer rate;

  @Option(
      names = "--soak",
      paramLabel = "SECONDS",
      description = "soak: how long (1,800; small 6).")
  private Integer soak;

  /**
   * @throws ParameterException naming the first value out of range
   */
  void requireValid() {
    throughput();
    parts();
    flows();
    warmUp();
    replicas();
    agents();
    ticks();
    latency();
    backlog();
    idle();
    recovery();
    consoles();
    soak();
  }

  private int bySize(int small, int full) {
    return size == Size.SMALL ? small : full;
  }

  private int value(String option, Integer given, int small, int full) {
    if (given != null && given < 1) {
      throw new ParameterException(
          command.commandLine(), option + " must be 1 or more; got " + given);
    }
    return given != null ? given : bySize(small, full);
  }

  int instances() {
    return value("--instances", instances, 2_000, 100_000);
  }

  Duration warmUp() {
    return Duration.ofSeconds(value("--warm-up", warmUp, 1, 20));
  }

  ThroughputScenario.Load throughput() {
    return new ThroughputScenario.Load(instances(), value("--batch", batch, 1_000, 1_000));
  }

  PartsScenario.Load parts() {
    return new PartsScenario.Load(
        value("--shards", shards, 1_000, 10_000),
        value("--parallelism", parallelism, 500, 500),
        value("--trees", trees, 2, 20));
  }

  FlowsScenario.Load flows() {
    return new FlowsScenario.Load(
        value("--flows", flows, 50, 1_000), third(runs()), throughput().batch());
  }

  private int runs() {
    return value("--runs", runs, 20, 300);
  }

  private static int third(int number) {
    return Math.max(1, number / 3);
  }

  int replicas() {
    return value("--replicas", replicas, 2, 3);
  }

  Agents agents() {
    return new Agents(value("--agents", agents, 1, 2), value("--capacity", capacity, 500, 500));
  }

  Ticks ticks() {
    return new Ticks(jobs(), bySize(3, 15), value("--ticks", ticks, 1, 4));
  }

  private int jobs() {
    return value("--jobs", jobs, 200, 10_000);
  }

  Runs latency() {
    // One call at a time: the compilers need longer than under load.
    return new Runs(runs(), third(runs()), warmUp().multipliedBy(3));
  }

  Depths backlog() {
    int high = value("--waiting", waiting, 5_000, 1_000_000);
    return new Depths(
        Math.min(high, 1_000),
        Math.max(Math.min(high, 1_000), high / 10),
        high,
        Math.max(1, high / 5),
        Duration.ofSeconds(bySize(1, 3)),
        Duration.ofSeconds(Math.max(1, seconds() / 3)));
  }

  private int seconds() {
    return value("--seconds", seconds, 6, 30);
  }

  IdleScenario.Load idle() {
    return new IdleScenario.Load(
        jobs(),
        value("--sessions", sessions, 20, 500),
        warmUp().multipliedBy(3),
        Duration.ofSeconds(bySize(1, 20)),
        Duration.ofSeconds(seconds()));
  }

  RecoveryScenario.Load recovery() {
    return new RecoveryScenario.Load(
        bySize(20, 100), Duration.ofSeconds(value("--lease", lease, 6, 30)));
  }

  ConsolesScenario.Load consoles() {
    return new ConsolesScenario.Load(
        value("--consoles", consoles, 5, 50),
        value("--waiting", waiting, 5_000, 1_000_000),
        value("--rate", rate, 200, 2_000),
        agents(),
        warmUp(),
        Duration.ofSeconds(bySize(1, 10)),
        Duration.ofSeconds(seconds()));
  }

  SoakScenario.Load soak() {
    return new SoakScenario.Load(
        value("--rate", rate, 200, 8_000),
        Duration.ofSeconds(bySize(1, 60)),
        Duration.ofSeconds(value("--soak", soak, 6, 1_800)));
  }

  DbSchedulerScenario.Settings dbScheduler() {
    return new DbSchedulerScenario.Settings(instances(), 100, 2.0, 6.0);
  }
}
