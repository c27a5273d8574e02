package dev.orrery.cli.demo;

import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.local.InstallLayout;
import dev.orrery.cli.local.LocalStack;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery up}. */
@Command(
    name = "up",
    description =
        "Starts a scheduler with an embedded database and an agent, and keeps them running. Data"
            + " stays in .orrery.",
    mixinStandardHelpOptions = true)
public final class UpCommand implements Callable<Integer> {
  private static final long LOOK_EVERY_SECONDS = 1;

  @Option(
      names = "--app",
      defaultValue = "demo",
      description = "App of the agent; created if it does not exist. Default: demo.")
  private String app;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    DemoScreen screen = new DemoScreen(spec.commandLine().getOut());
    try (LocalStack stack = new LocalStack(InstallLayout.fromProperties())) {
      StopOnInterrupt.whenInterrupted(screen, stack);
      screen.title("Orrery");
      Steps.start(screen, stack, app);
      screen.blank();
      NextSteps.print(screen);
      screen.line("  Ctrl-C stops it; the next start goes on with the same data.");
      CountDownLatch never = new CountDownLatch(1);
      while (!never.await(LOOK_EVERY_SECONDS, TimeUnit.SECONDS)) {
        stack.requireAlive();
      }
      return 0;
    }
  }

  /** The steps with which demo and up begin. */
  static final class Steps {
    private Steps() {}

    static SchedulerClient start(DemoScreen screen, LocalStack stack, String app) {
      SchedulerClient[] client = new SchedulerClient[1];
      screen.step(
          "scheduler", "starting, with its database", () -> client[0] = stack.startScheduler());
      client[0].put("/apps/" + SchedulerClient.encoded(app), client[0].json().createObjectNode());
      screen.step("agent", "starting, for app " + app, () -> stack.startAgent(app));
      if (stack.archiveInBackground()) {
        screen.line("  archives   of classes are made in the background; the next start is faster");
      }
      return client[0];
    }
  }
}
