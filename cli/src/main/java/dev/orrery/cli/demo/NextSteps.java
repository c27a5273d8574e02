package dev.orrery.cli.demo;

import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.console.ConsoleLink;
import dev.orrery.cli.local.InstallLayout;
import dev.orrery.cli.local.StackPorts;
import java.nio.file.Path;
import java.util.List;

/** The commands that {@code up} and {@code demo} suggest to the user next. They work verbatim. */
final class NextSteps {
  private final StackPorts ports;
  private final String orrery;
  private final List<String> commands;

  private NextSteps(StackPorts ports, String orrery, List<String> commands) {
    this.ports = ports;
    this.orrery = orrery;
    this.commands = commands;
  }

  /**
   * @param app that the agent works for; the example's jobs belong to the app demo
   */
  static NextSteps of(InstallLayout home, StackPorts ports, String app) {
    Path here = home.files().getParent();
    String orrery =
        home.root().equals(here) ? "./orrery" : home.root().resolve("orrery").toString();
    Path jobs = Path.of("examples", "jobs.yaml");
    String example =
        home.root().equals(here) ? jobs.toString() : home.root().resolve(jobs).toString();
    if (!app.equals("demo")) {
      return new NextSteps(
          ports, orrery, List.of(orrery + " apply -f FILE", orrery + " ps --watch -a " + app));
    }
    return new NextSteps(
        ports,
        orrery,
        List.of(
            orrery + " apply -f " + example,
            orrery + " run greet -a demo -p name=me --follow",
            orrery + " ps --watch -a demo"));
  }

  List<String> commands() {
    return commands;
  }

  String stop() {
    return orrery + " stop";
  }

  /** Prints the console first, with a sign-in link. */
  void print(StartScreen screen, SchedulerClient client) {
    ConsoleLink.tryCreate(client)
        .ifPresent(
            link -> {
              screen.line("  @|bold Console:|@ " + link.url());
              screen.line("         within a minute, once; later: " + orrery + " console");
            });
    screen.line(
        "  @|bold Look|@   http://localhost:"
            + ports.schedulerHealth()
            + "/q/health      health of the scheduler");
    screen.line("         .orrery/scheduler.log, .orrery/agent.log");
    for (int i = 0; i < commands.size(); i++) {
      screen.line((i == 0 ? "  @|bold Try|@    " : "         ") + commands.get(i));
    }
  }
}
