package dev.orrery.cli.job;

import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery delete}. */
@Command(
    name = "delete",
    description = "Deletes a job. Its history stays until its retention ends.",
    mixinStandardHelpOptions = true)
public final class DeleteCommand implements Callable<Integer> {
  @Parameters(paramLabel = "JOB", description = "Its name.")
  private String job;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = app.client();
    String appName = app.name(client);
    client.delete(SchedulerClient.appPath(appName) + "/jobs/" + SchedulerClient.encoded(job));
    output.print(
        spec.commandLine(),
        client.json().createObjectNode().put("app", appName).put("name", job),
        view -> view.print("job " + job + " of app " + appName + " deleted"));
    return ExitCode.OK;
  }
}
