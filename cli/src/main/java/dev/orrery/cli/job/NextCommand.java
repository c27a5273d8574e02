package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.View;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery next}. */
@Command(
    name = "next",
    description = "Shows when the trigger of a job fires next.",
    mixinStandardHelpOptions = true)
public final class NextCommand implements Callable<Integer> {
  @Parameters(paramLabel = "JOB", description = "Its name.")
  private String job;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "How many fire times, from 1 to 100; default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int count;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = app.client();
    JsonNode answer =
        client
            .get(
                app.path(client) + "/jobs/" + SchedulerClient.encoded(job) + "/next?count=" + count)
            .body();
    View view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(answer);
      return ExitCode.OK;
    }
    answer.path("fireTimes").forEach(time -> view.print(view.times().dateAndWhen(time.asText())));
    if (answer.path("fireTimes").isEmpty()) {
      view.note("The trigger of " + job + " does not fire any more, or there is none.");
    }
    return ExitCode.OK;
  }
}
