package dev.orrery.bench;

import dev.orrery.bench.backlog.BacklogScenario;
import dev.orrery.bench.consoles.ConsolesScenario;
import dev.orrery.bench.dbscheduler.DbSchedulerScenario;
import dev.orrery.bench.flows.FlowsScenario;
import dev.orrery.bench.idle.IdleScenario;
import dev.orrery.bench.latency.LatencyScenario;
import dev.orrery.bench.lateness.LatenessScenario;
import dev.orrery.bench.parts.PartsScenario;
import dev.orrery.bench.raw.RawBare;
import dev.orrery.bench.raw.RawOwn;
import dev.orrery.bench.recovery.RecoveryScenario;
import dev.orrery.bench.report.BenchReport;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.soak.SoakScenario;
import dev.orrery.bench.stack.StackPool;
import dev.orrery.bench.stack.SubmissionTarget;
import dev.orrery.bench.throughput.LoadJob;
import dev.orrery.bench.throughput.ThroughputScenario;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The list of all scenarios with their names, in the order of measurement and output. */
final class ScenarioCatalog {
  /** Takes half an hour. */
  private static final String ONLY_IF_NAMED = "soak";

  private static final List<Entry> ENTRIES =
      List.of(
          new Entry(
              "throughput",
              "run now, through the API, by agents",
              of -> of.throughput(of.stacks::sharedSite, LoadJob.PLAIN)),
          new Entry(
              "parameters",
              "the same job with ten parameters, of which each run replaces two",
              of -> of.throughput(of.stacks::sharedSite, LoadJob.WITH_PARAMETERS)),
          new Entry(
              "small-agents",
              "the same with agents of capacity 20, as shipped",
              of -> of.throughput(of.stacks::siteOfSmallAgents, LoadJob.PLAIN)),
          new Entry(
              "replicas",
              "the same with several schedulers",
              of -> of.throughput(() -> of.stacks.replicas(of.sizes.replicas()), LoadJob.PLAIN)),
          new Entry(
              "parts",
              "one run with many shards",
              of -> new PartsScenario(of.server, of.stacks::sharedSite, of.sizes.parts())),
          new Entry(
              "flows",
              "single flows of ten nodes in a row, and many at once",
              of -> new FlowsScenario(of.server, of.stacks::sharedSite, of.sizes.flows())),
          new Entry(
              BenchReport.RAW_OWN,
              "the scheduler's statements, by plain JDBC",
              of -> new RawOwn(of.server, of.stacks, of.sizes.instances())),
          new Entry(
              BenchReport.RAW_BARE,
              "claim and complete of two columns: what the machine can do",
              of -> new RawBare(of.server, of.sizes.instances())),
          new Entry(
              BenchReport.DB_SCHEDULER,
              "the library of this name, on the same database",
              of -> new DbSchedulerScenario(of.server, of.sizes.dbScheduler())),
          new Entry(
              "lateness",
              "many cron jobs due at the same second",
              of -> new LatenessScenario(of.server, of.stacks, of.sizes.ticks())),
          new Entry(
              "latency",
              "one run at a time",
              of -> new LatencyScenario(of.server, of.stacks, of.sizes.latency())),
          new Entry(
              "backlog",
              "claims while many wait",
              of -> new BacklogScenario(of.server, of.stacks, of.sizes.backlog())),
          new Entry(
              "idle",
              "what waiting costs",
              of -> new IdleScenario(of.server, of.stacks, of.sizes.idle())),
          new Entry(
              "recovery",
              "kill -9 until all work runs again",
              of -> new RecoveryScenario(of.server, of.stacks, of.sizes.recovery())),
          new Entry(
              "consoles",
              "what open consoles cost beside a steady load and a backlog",
              of -> new ConsolesScenario(of.server, of.stacks, of.sizes.consoles(), of.progress)),
          new Entry(
              ONLY_IF_NAMED,
              "a steady load for half an hour; only if it is named",
              of -> new SoakScenario(of.server, of.stacks, of.sizes.soak(), of.progress)));

  static final List<String> NAMES = ENTRIES.stream().map(Entry::name).toList();

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

  private record Entry(
      String name, String description, Function<ScenarioCatalog, Scenario> create) {}

  private Scenario throughput(Callable<SubmissionTarget> start, LoadJob job) {
    return new ThroughputScenario(server, start, job, sizes.throughput());
  }

  /** Returns a line for each scenario. */
  static String help() {
    return ENTRIES.stream()
        .map(entry -> String.format(Locale.ROOT, "  %-13s %s", entry.name(), entry.description()))
        .collect(Collectors.joining("\n"));
  }

  /** Those that are asked for; where none is named all but the soak. */
  Map<String, Scenario> named(List<String> names) {
    Map<String, Scenario> chosen = new LinkedHashMap<>();
    for (Entry entry : ENTRIES) {
      if (names.isEmpty() ? !entry.name().equals(ONLY_IF_NAMED) : names.contains(entry.name())) {
        chosen.put(entry.name(), entry.create().apply(this));
      }
    }
    return chosen;
  }
}
