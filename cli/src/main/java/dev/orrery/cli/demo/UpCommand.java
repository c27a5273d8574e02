package dev.orrery.cli.demo;

import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.local.InstallLayout;
import dev.orrery.cli.local.LocalStack;
import dev.orrery.cli.local.StackPorts;
import dev.orrery.cli.stack.RunningStack;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery up}: starts a local stack, and keeps it running. */
@Command(
    name = "up",
    description =
        "Starts a scheduler with an embedded database and an agent, and keeps them running. Data"
            + " stays in .orrery.",
    mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
  private static final long POLL_INTERVAL_SECONDS = 1;

  @Option(
      names = {"-a", "--app"},
      paramLabel = "APP",
      completionCandidates = CompletionNames.Apps.class,
      defaultValue = "demo",
      description =
          "App to run an agent for; created if it does not exist. Default: demo. Repeatable: each"
              + " app gets an agent.")
  private List<String> apps;

  @Mixin private StackOptions options;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    StartScreen screen = options.screen(spec.commandLine());
    InstallLayout home = InstallLayout.fromProperties();
    StackPorts ports = options.ports();
    LocalStack stack = new LocalStack(home, ports).with("-Dup.console-url=" + ports.apiUrl());
    return StopOnInterrupt.run(screen, stack, () -> keepRunning(screen, home, stack));
  }

  private int keepRunning(StartScreen screen, InstallLayout home, LocalStack stack)
      throws InterruptedException {
    screen.title("Orrery");
    SchedulerClient client = Steps.start(screen, stack, List.copyOf(new LinkedHashSet<>(apps)));
    if (options.isJson()) {
      PrintWriter out = spec.commandLine().getOut();
      RunningStack.read(home.files()).ifPresent(running -> out.println(running.toJson()));
      out.flush();
    }
    screen.blank();
    NextSteps next = NextSteps.of(home, stack.ports(), apps.get(0));
    next.print(screen, client);
    screen.line(
        "  Ctrl-C, or '" + next.stop() + "', stops it; the next start goes on with the same data.");
    CountDownLatch never = new CountDownLatch(1);
    while (!stack.isClosing() && !never.await(POLL_INTERVAL_SECONDS, TimeUnit.SECONDS)) {
      stack.requireAlive();
    }
    return StopOnInterrupt.INTERRUPTED;
  }

  /** The first steps of demo and up. */
  static final class Steps {
    private Steps() {}

    static SchedulerClient start(StartScreen screen, LocalStack stack, List<String> apps) {
      stack.requireStartable(apps);
      SchedulerClient[] client = new SchedulerClient[1];
      screen.step(
          "scheduler",
          "starting, with its database",
          () -> client[0] = stack.startScheduler(screen::duringStep));
      for (String app : apps) {
        client[0].put(SchedulerClient.appPath(app), client[0].json().createObjectNode());
        screen.step(
            "agent", "starting, for app " + app, () -> stack.startAgent(app, screen::duringStep));
      }
      stack.warnings().forEach(screen::warning);
      if (stack.archiveInBackground()) {
        screen.line(
            "  archives   of classes are made in the background, in about a minute; starts are faster"
                + " after that");
      }
      return client[0];
    }
  }
}
