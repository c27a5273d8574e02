package dev.orrery.cli.demo;

import dev.orrery.cli.local.StackPorts;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TimeText;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The command line options that {@code up} and {@code demo} share. */
public final class StackOptions {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "First of four ports: API, workers, health of the scheduler, health of the agent; further"
              + " agents take the next ones. Default: 7700, 10010, 9000 and 9100. All are open on"
              + " this machine only.")
  private Integer port;

  @Mixin private OutputOptions output;

  boolean isJson() {
    return output.isJson();
  }

  /** The steps go to standard error if standard output is JSON. */
  StartScreen screen(CommandLine command) {
    return new StartScreen(isJson() ? command.getErr() : command.getOut());
  }

  TimeText times(CommandLine command) {
    return output.view(command).times();
  }

  StackPorts ports() {
    return port == null ? StackPorts.DEFAULT : StackPorts.from(port);
  }
}
