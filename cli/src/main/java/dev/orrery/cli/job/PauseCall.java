package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.OutputOptions;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The arguments that {@code pause} and {@code resume} share, and the API call that both make. */
final class PauseCall {
  @Parameters(
      arity = "0..1",
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      description = "Name of the job; without it, the whole app.")
  private String job;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Sends the call and prints the result.
   *
   * @param action the last part of the path
   * @param done the new state of the job or app, in words
   * @param note may be null
   */
  int send(String action, String done, String note) {
    SchedulerClient client = app.client();
    String name = app.name(client);
    String path = SchedulerClient.appPath(name);
    if (job != null) {
      path += "/jobs/" + SchedulerClient.encoded(job);
    }
    JsonNode body = note == null ? null : client.json().createObjectNode().put("note", note);
    JsonNode response = client.post(path + "/" + action, body).body();
    output.print(
        command.commandLine(),
        response,
        view ->
            view.print(
                (job == null ? "app " + name : "job " + job + " of app " + name) + " is " + done));
    return ExitCode.OK;
  }
}
