package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery cancel}. */
@Command(
    name = "cancel",
    description = "Cancels an instance: at once if it waits, else its worker is asked to stop.",
    mixinStandardHelpOptions = true)
public final class CancelCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Of the instance.")
  private String id;

  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = options.client();
    String path = "/instances/" + SchedulerClient.encoded(id);
    client.post(path + "/cancel", null);
    JsonNode instance = client.get(path).body();
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(instance);
    } else if (InstanceText.isTerminal(instance)) {
      view.print(id + " is " + InstanceText.text(instance, "state"));
    } else {
      view.print(id + " is asked to stop; it is ended by force after the grace");
    }
    return ExitCode.OK;
  }
}
