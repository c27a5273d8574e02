package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.OutputOptions;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery export}: prints the jobs of an app as a file that {@code apply} reads. */
@Command(
    name = "export",
    description = "Prints the jobs of an app as a file that 'apply' reads.",
    mixinStandardHelpOptions = true)
public final class ExportCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..*",
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      description = "Their names; all jobs of the app if there is none.")
  private List<String> jobs = List.of();

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = app.client();
    String name = app.name(client);
    ObjectNode file = client.json().createObjectNode().put("app", name);
    found(client, SchedulerClient.appPath(name) + "/jobs")
        .forEach(job -> file.withArray("jobs").add(JobYaml.document(job)));
    file.withArray("jobs");
    output.print(spec.commandLine(), file, view -> view.printDocument(JobYaml.of(file)));
    return ExitCode.OK;
  }

  private Iterable<JsonNode> found(SchedulerClient client, String path) {
    if (jobs.isEmpty()) {
      return PageReader.read(client, path, Integer.MAX_VALUE).path("items");
    }
    return jobs.stream()
        .map(job -> client.get(path + "/" + SchedulerClient.encoded(job)).body())
        .toList();
  }
}
