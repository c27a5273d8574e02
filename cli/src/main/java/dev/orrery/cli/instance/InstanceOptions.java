package dev.orrery.cli.instance;

import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The arguments of a command about one instance: its id, the scheduler and the output format. */
final class InstanceOptions {
  @Parameters(paramLabel = "ID", description = "ID of the instance.")
  private String id;

  @Mixin private ClientOptions client;
  @Mixin private OutputOptions output;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  String id() {
    return id;
  }

  String path() {
    return InstancePath.of(id);
  }

  SchedulerClient client() {
    return client.client();
  }

  boolean isJson() {
    return output.isJson();
  }

  CommandOutput view() {
    return output.view(command.commandLine());
  }
}
