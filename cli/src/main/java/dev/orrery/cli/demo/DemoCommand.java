package dev.orrery.cli.demo;

import dev.orrery.cli.TimeSpan;
import dev.orrery.cli.apply.AppJobs;
import dev.orrery.cli.apply.JobsFile;
import dev.orrery.cli.apply.JobsFileApplier;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.local.InstallLayout;
import dev.orrery.cli.local.LocalStack;
import dev.orrery.cli.view.TimeText;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * {@code orrery demo}: starts a local stack, applies sample jobs, and shows their instances as they
 * end.
 */
@Command(
    name = "demo",
    description =
        "Starts a scheduler with an embedded database and an agent, applies sample jobs, and shows"
            + " their instances as they end.",
    mixinStandardHelpOptions = true)
public final class DemoCommand implements Callable<Integer> {
  /** The files of jobs, all of this app. */
  private static final List<String> FILES =
      List.of("examples/jobs.yaml", "examples/shards.yaml", "examples/flow.yaml");

  private static final String APP = "demo";

  /** A message as a chat would show it, below the times of the runs. */
  private static final String ALARM = "  %-12s  @|yellow alarm|@       %%s".formatted("");

  private static final long POLL_INTERVAL_MILLIS = 250;

  @Option(
      names = "--for",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description =
          "Stop after this time, such as 30s or 2m; exit code 0 if instances succeeded and none"
              + " failed.")
  private Duration time;

  @Mixin private StackOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    StartScreen screen = options.screen(spec.commandLine());
    InstallLayout home = InstallLayout.fromProperties();
    List<JobsFile> jobs = new ArrayList<>();
    for (String file : FILES) {
      jobs.add(JobsFile.read(home.root().resolve(file)));
    }
    LocalStack stack =
        new LocalStack(home, options.ports())
            .with("-Dorrery.notifications.allowed-networks=" + AlarmFeed.NETWORK);
    return StopOnInterrupt.run(screen, stack, () -> show(screen, home, jobs, stack));
  }

  private int show(StartScreen screen, InstallLayout home, List<JobsFile> files, LocalStack stack)
      throws InterruptedException {
    screen.title("Orrery demo");
    SchedulerClient client = UpCommand.Steps.start(screen, stack, List.of(APP));
    try (AlarmFeed alarms = AlarmFeed.subscribe(client, APP)) {
      EndedInstanceFeed runs = new EndedInstanceFeed(client, APP);
      runs.skipPresent();
      JobsFileApplier applier = new JobsFileApplier(client);
      for (JobsFile file : files) {
        applier.apply(applier.plan(AppJobs.of(file)));
      }
      screen.line(
          String.format(
              "  %-10s %d from %s",
              "jobs",
              files.stream().mapToInt(file -> file.jobs().size()).sum(),
              String.join(", ", FILES)));
      runNow(client, screen);
      screen.blank();
      NextSteps.of(home, stack.ports(), APP).print(screen, client);
      screen.blank();
      DemoTally tally = show(screen, stack, runs, alarms);
      screen.blank();
      screen.title(tally.toString());
      if (stack.isArchiving()) {
        screen.line("  archives   of classes are not complete; the next start makes them");
      }
      return tally.isGood() ? 0 : 1;
    }
  }

  private static void runNow(SchedulerClient client, StartScreen screen) {
    client.post(
        SchedulerClient.appPath(APP) + "/jobs/greet/instances",
        client
            .json()
            .createObjectNode()
            .set("parameters", client.json().createObjectNode().put("name", "you")));
    screen.line(String.format("  %-10s greet, now, through the API", "run"));
  }

  private DemoTally show(
      StartScreen screen, LocalStack stack, EndedInstanceFeed runs, AlarmFeed alarms)
      throws InterruptedException {
    screen.line(
        String.format(
            "  @|underline %-12s  %-10s  %-9s  %-7s  %8s  %s|@",
            "ended " + options.times(spec.commandLine()).offset(),
            "job",
            "state",
            "attempt",
            "took",
            "detail"));
    DemoTally tally = new DemoTally();
    long begun = System.nanoTime();
    while (time == null || System.nanoTime() - begun < time.toNanos()) {
      stack.requireAlive();
      for (EndedInstance run : runs.next()) {
        tally.add(run);
        show(run, screen);
      }
      alarms.next().forEach(alarm -> screen.line(String.format(ALARM, alarm)));
      TimeUnit.MILLISECONDS.sleep(POLL_INTERVAL_MILLIS);
    }
    return tally;
  }

  private void show(EndedInstance run, StartScreen screen) {
    if (options.isJson()) {
      spec.commandLine().getOut().println(run.document());
      spec.commandLine().getOut().flush();
    } else {
      screen.line(line(run, options.times(spec.commandLine())));
    }
  }

  private static String line(EndedInstance run, TimeText times) {
    String colour = run.succeeded() ? "green" : run.failed() ? "red" : "yellow";
    String detail = run.detail();
    if (run.fireTime() != null) {
      detail += " (fire time " + times.clock(Instant.parse(run.fireTime())) + ")";
    }
    return String.format(
        "  %-12s  %-10s  @|%s %-9s|@  %-7s  %5d ms  %s",
        times.clock(run.endedAt()),
        run.job(),
        colour,
        run.state(),
        run.attempt() == 0 ? "-" : Integer.toString(run.attempt()),
        run.took().toMillis(),
        detail.strip());
  }
}
