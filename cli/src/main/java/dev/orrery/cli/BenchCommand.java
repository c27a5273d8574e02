package dev.orrery.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code orrery bench}. Only for the list of commands and for checking scenario names: the script
 * runs the {@code benchmarks} module, whose libraries the command line does not have.
 */
@Command(
    name = "bench",
    description =
        "Measures Orrery on this machine, and its database alone; see docs/performance.md.",
    footer = {"", "The first start builds the benchmarks; then --help shows their options, too."},
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  static final List<String> SCENARIOS =
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

  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description =
          "throughput, replicas, raw-own, raw-bare, db-scheduler, lateness, latency, backlog, idle,"
              + " recovery, consoles or soak; default: all but soak. ./orrery bench --help explains them, and"
              + " lists options.")
  @SuppressWarnings("UnusedVariable") // Only for the help; options of the program follow values.
  private List<String> words = new ArrayList<>();

  @Option(names = "--check", hidden = true, description = "Only check the scenarios.")
  private boolean onlyCheck;

  @SuppressWarnings("UnusedVariable") // They are the program's.
  @Unmatched
  private List<String> options = new ArrayList<>();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    List<String> all = spec.commandLine().getParent().getParseResult().originalArgs();
    for (String scenario : scenarios(all.subList(1, all.size()))) {
      if (!SCENARIOS.contains(scenario)) {
        throw UserException.usage(
            "Unknown scenario '" + scenario + "'; known are " + String.join(", ", SCENARIOS));
      }
    }
    if (onlyCheck) {
      return ExitCode.OK;
    }
    throw new UserException(
        "The benchmarks are a separate program; start them with the script ./orrery.");
  }

  /** Returns the words that are neither options nor option values. */
  static List<String> scenarios(List<String> words) {
    List<String> scenarios = new ArrayList<>();
    boolean isValue = false;
    for (String word : words) {
      boolean isOption = word.startsWith("-");
      if (!isOption && !isValue) {
        scenarios.add(word);
      }
      isValue =
          isOption && !word.contains("=") && !word.equals("--json") && !word.equals("--check");
    }
    return scenarios;
  }
}
