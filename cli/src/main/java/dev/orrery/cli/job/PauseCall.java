package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import picocli.CommandLine.Model.CommandSpec;

/** An operator's stop of a job or an app, and its end. */
final class PauseCall {
  private PauseCall() {}

  /**
   * @param job null for the app
   * @param verb the last part of the path
   */
  static int call(
      AppOptions options,
      String job,
      String verb,
      String done,
      OutputOptions output,
      CommandSpec spec) {
    SchedulerClient client = options.client();
    String app = options.name(client);
    String path = "/apps/" + SchedulerClient.encoded(app);
    if (job != null) {
      path += "/jobs/" + SchedulerClient.encoded(job);
    }
    JsonNode answer = client.post(path + "/" + verb, null).body();
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(answer);
    } else {
      view.print((job == null ? "app " + app : "job " + job + " of app " + app) + " " + done);
    }
    return ExitCode.OK;
  }
}
