package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.BulkCall;
import dev.orrery.cli.view.ConfirmOptions;
import dev.orrery.cli.view.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery delete}: deletes a job and cancels its waiting instances. */
@Command(
    name = "delete",
    description =
        "Deletes a job and cancels its waiting instances, after it has asked. Its history stays until"
            + " its retention ends.",
    mixinStandardHelpOptions = true)
public final class DeleteCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      description = "Its name.")
  private String job;

  @Mixin private ConfirmOptions confirmation;
  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    confirmation.requireAnswerable("'delete' deletes a job", "");
    SchedulerClient client = app.client();
    String appName = app.name(client);
    String path = SchedulerClient.appPath(appName) + "/jobs/" + SchedulerClient.encoded(job);
    if (!confirmation.isConfirmed()) {
      client.get(path);
      confirmation.ask(
          "Delete job "
              + job
              + " of app "
              + appName
              + ", and cancel its waiting runs ("
              + BulkCall.instances(waiting(client, appName).count())
              + ")?",
          output.view(spec.commandLine()));
    }
    client.delete(path);
    output.print(
        spec.commandLine(),
        client.json().createObjectNode().put("app", appName).put("name", job),
        view -> view.print("job " + job + " of app " + appName + " deleted"));
    return ExitCode.OK;
  }

  private BulkCall waiting(SchedulerClient client, String appName) {
    ObjectNode filter = client.json().createObjectNode().put("job", job);
    filter.putArray("states").add("WAITING");
    return new BulkCall(client, appName, "cancel", filter);
  }
}
