package dev.orrery.bench;

import dev.orrery.bench.report.BenchReport;
import dev.orrery.bench.report.ReportTable;
import dev.orrery.bench.server.DatabaseServer;
import dev.orrery.bench.server.WorkDirectory;
import dev.orrery.bench.stack.PackagedPrograms;
import dev.orrery.bench.stack.StackPool;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * The main class of {@code ./orrery bench}: reads the options and measures the selected scenarios.
 */
@Command(
    name = "orrery bench",
    description = {
      "Measures Orrery on this machine, and its database alone.",
      "",
      "Starts its own database, schedulers and agents, and stops them. docs/performance.md explains"
          + " the figures.",
      ""
    },
    mixinStandardHelpOptions = true)
public final class Main implements Callable<Integer> {
  private static final int FAILED = 1;
  private static final Logger ROOT_LOGGER = Logger.getLogger("");

  private CommandSpec command;

  @Parameters(paramLabel = "SCENARIO", description = "What to measure. Default: all but soak.")
  private List<String> scenarios = new ArrayList<>();

  @Option(
      names = "--json",
      description = "One object {\"scenarios\":[…]} on standard output, and nothing else there.")
  private boolean json;

  @Option(names = "--check", hidden = true, description = "Only check scenarios and options.")
  private boolean onlyCheck;

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "Rounds after the warm-up; the median is printed. Default: ${DEFAULT-VALUE}.")
  private int rounds = 3;

  @Option(
      names = "--dir",
      paramLabel = "DIRECTORY",
      description = "For the database and logs. Default: .orrery/bench of the project.")
  private Path directory;

  @Option(
      names = "--scheduler",
      paramLabel = "PROGRAM",
      description = {
        "The scheduler: a quarkus-run.jar, a directory that contains one, or a native executable.",
        "Default: the one that was built here."
      })
  private Path scheduler;

  @Option(
      names = "--agent",
      paramLabel = "PROGRAM",
      description = "The agent, likewise. Default: the one that was built here.")
  private Path agent;

  @Option(
      names = "--scheduler-options",
      paramLabel = "OPTIONS",
      split = " ",
      description =
          "Further options of the schedulers, separated by blanks. Native ones take -D… and -Xmx…"
              + " only.")
  private List<String> schedulerOptions = List.of();

  @Mixin private SizeOptions sizes;

  private final PrintStream out;
  private final PrintStream err;
  private final Path root;

  /**
   * @param root of the project, with its packages
   */
  Main(PrintStream out, PrintStream err, Path root) {
    this.out = out;
    this.err = err;
    this.root = root.toAbsolutePath().normalize();
  }

  @Spec
  void use(CommandSpec spec) {
    command = spec;
    spec.usageMessage()
        .footer(
            "",
            "Scenarios:",
            ScenarioCatalog.help(),
            "",
            "Exit codes: 0 done, 1 failed, or something was lost, 2 usage.");
  }

  public static void main(String... args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
    System.exit(execute(out, err, Path.of(System.getProperty("orrery.home", ".")), args));
  }

  static int execute(PrintStream out, PrintStream err, Path root, String... args) {
    ROOT_LOGGER.setLevel(Level.WARNING);
    return new CommandLine(new Main(out, err, root))
        .setCaseInsensitiveEnumValuesAllowed(true)
        .execute(args);
  }

  @Override
  public Integer call() throws Exception {
    requireValid();
    if (onlyCheck) {
      return 0;
    }
    PackagedPrograms programs;
    try {
      programs = PackagedPrograms.of(root, scheduler, agent, schedulerOptions);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(command.commandLine(), e.getMessage(), e);
    } catch (BenchException e) {
      err.println(e.getMessage());
      return FAILED;
    }
    Path where = directory == null ? root.resolve(".orrery/bench") : directory;
    try (WorkDirectory files = WorkDirectory.open(where.toAbsolutePath());
        CleanupStack ending = new CleanupStack()) {
      Thread interrupted = new Thread(ending::close, "bench-ending");
      Runtime.getRuntime().addShutdownHook(interrupted);
      try {
        return tell(run(programs, files, ending));
      } catch (Exception | AssertionError e) {
        if (ending.hasEnded()) {
          // What fails then, fails since its server or scheduler has been ended.
          return FAILED;
        }
        if (e instanceof BenchException || e instanceof AssertionError) {
          err.println(e.getMessage());
          return FAILED;
        }
        throw e;
      } finally {
        // While the JVM ends it cannot be removed, and need not be.
        if (!ending.hasEnded()) {
          Runtime.getRuntime().removeShutdownHook(interrupted);
        }
      }
    }
  }

  private void requireValid() {
    for (String name : scenarios) {
      if (!ScenarioCatalog.NAMES.contains(name)) {
        throw new ParameterException(
            command.commandLine(),
            "Unknown scenario '"
                + name
                + "'; known are "
                + String.join(", ", ScenarioCatalog.NAMES));
      }
    }
    if (rounds < 1) {
      throw new ParameterException(command.commandLine(), "--rounds must be 1 or more");
    }
    sizes.requireValid();
  }

  private BenchReport run(PackagedPrograms programs, WorkDirectory files, CleanupStack ending)
      throws Exception {
    ProgressPrinter progress = new ProgressPrinter(err);
    progress.say("scheduler %s", programs.scheduler());
    progress.say("agent %s", programs.agent());
    progress.say(
        "%d processors, load %.1f",
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    DatabaseServer server = ending.start(() -> DatabaseServer.start(files));
    StackPool stacks = new StackPool(server, programs, ending, files.logs(), sizes.agents());
    Map<String, Scenario> chosen =
        new ScenarioCatalog(sizes, server, stacks, progress).named(scenarios);
    BenchReport report =
        new BenchReport(new RoundRunner(chosen, rounds, sizes.warmUp(), progress).run());
    progress.say(
        "done, load %.1f", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    return report;
  }

  private int tell(BenchReport report) {
    if (json) {
      out.println(report.toJson());
    } else {
      out.print(ReportTable.of(report));
    }
    if (report.isSomethingLost()) {
      err.println("Some work was lost or ran twice; see the figures.");
      return FAILED;
    }
    return 0;
  }
}
