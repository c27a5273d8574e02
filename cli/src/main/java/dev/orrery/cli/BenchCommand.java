package dev.orrery.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/**
 * {@code orrery bench}, for the list of commands only: the script starts the program of the module
 * {@code benchmarks}, whose libraries are not those of the command line.
 */
@Command(
    name = "bench",
    description =
        "Measures Orrery on this machine, and its database alone; see docs/performance.md.")
final class BenchCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "SCENARIO",
      description = "Arguments of the benchmark; ./orrery bench --help lists them.")
  private List<String> arguments = new ArrayList<>();

  @Override
  public Integer call() {
    throw new UserException(
        "The benchmarks are a program of their own, which the script starts: "
            + String.join(" ", "./orrery bench", String.join(" ", arguments)).strip());
  }
}
