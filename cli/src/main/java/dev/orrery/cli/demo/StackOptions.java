package dev.orrery.cli.demo;

import dev.orrery.cli.local.StackPorts;
import picocli.CommandLine.Option;

/** The options that {@code up} and {@code demo} share. */
public final class StackOptions {
  @Option(
      names = "--port",
      paramLabel = "PORT",
      description =
          "First of four ports: API, workers, health of the scheduler, health of the agent."
              + " Default: 7700, 10010, 9000 and 9100. All are open on this machine only.")
  private Integer port;

  StackPorts ports() {
    return port == null ? StackPorts.DEFAULT : StackPorts.from(port);
  }
}
