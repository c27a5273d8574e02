package dev.orrery.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/**
 * The entry of {@code orrery bench} in the list of commands. The script {@code orrery} starts the
 * program of the module {@code benchmarks} for it, which needs other libraries than the command
 * line.
 */
@Command(
    name = "bench",
    description =
        "Measures Orrery on this machine, and its database alone; see docs/performance.md.",
    footer = {
      "",
      "The first start builds the benchmarks; then --help shows scenarios and options, too."
    },
    mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "What to measure. ./orrery bench --help explains the scenarios and options.")
  @SuppressWarnings("UnusedVariable") // Only for the help.
  private List<String> scenarios = new ArrayList<>();

  @SuppressWarnings("UnusedVariable") // They are the program's.
  @Unmatched
  private List<String> options = new ArrayList<>();

  @Override
  public Integer call() {
    throw new UserException(
        "The benchmarks are a separate program; start them with the script ./orrery.");
  }
}
