package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery get job}: prints the document of a job as YAML. */
@Command(
    name = "job",
    description = "Prints the document of a job as YAML.",
    mixinStandardHelpOptions = true)
public final class GetJobCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      description = "Its name.")
  private String job;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = app.client();
    JsonNode found = client.get(app.path(client) + "/jobs/" + SchedulerClient.encoded(job)).body();
    output.print(
        spec.commandLine(), found, view -> view.printDocument(JobYaml.of(JobYaml.document(found))));
    return ExitCode.OK;
  }
}
