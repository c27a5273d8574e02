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

/** {@code orrery retry}. */
@Command(
    name = "retry",
    description = "Runs an ended instance again, as a new one, and prints its id.",
    mixinStandardHelpOptions = true)
public final class RetryCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Of the instance that has ended.")
  private String id;

  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    JsonNode made =
        options.client().post("/instances/" + SchedulerClient.encoded(id) + "/retry", null).body();
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(made);
    } else {
      view.print(made.path("id").asText());
    }
    return ExitCode.OK;
  }
}
