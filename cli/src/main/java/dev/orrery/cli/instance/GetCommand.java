package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.job.GetJobCommand;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery get}: shows an instance and its attempts. */
@Command(
    name = "get",
    description = "Shows an instance and its attempts; 'get job JOB' shows the document of a job.",
    mixinStandardHelpOptions = true,
    subcommands = GetJobCommand.class)
public final class GetCommand implements Callable<Integer> {
  // Optional only for the subcommand.
  @Parameters(paramLabel = "ID", arity = "0..1", description = "ID of the instance.")
  private String id;

  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (id == null) {
      throw UserException.usage("Name an instance by its id, or a job: get job JOB.");
    }
    SchedulerClient client = options.client();
    String path = InstancePath.of(id);
    JsonNode instance = client.get(path).body();
    JsonNode attempts =
        PageReader.read(client, path + "/attempts", Integer.MAX_VALUE).path("items");
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(((ObjectNode) instance).set("attempts", attempts));
    } else {
      show(instance, attempts, view);
    }
    return ExitCode.OK;
  }

  private static void show(JsonNode instance, JsonNode attempts, CommandOutput view) {
    view.field("instance", TableCell.of(InstanceText.text(instance, "id")));
    view.field(
        "job",
        TableCell.of(
            InstanceText.text(instance, "job")
                + " (app "
                + InstanceText.text(instance, "app")
                + ", version "
                + InstanceText.text(instance, "jobVersion")
                + ")"));
    view.field("state", InstanceText.state(instance));
    view.field("waits", TableCell.of(InstanceText.waitingFor(instance, view.times())));
    view.field(
        InstanceText.isNode(instance) ? "node" : "part",
        TableCell.of(InstanceText.place(instance)));
    if (instance.hasNonNull("parts")) {
      view.field("parts", TableCell.of(CountsText.ofParts(instance.path("parts")).full()));
    }
    if (instance.hasNonNull("nodes")) {
      view.field("nodes", TableCell.of(CountsText.ofNodes(instance.path("nodes")).full()));
      view.field("ending", TableCell.of(InstanceText.text(instance.path("nodes"), "ending")));
    }
    view.field("progress", TableCell.of(InstanceText.progress(instance.path("progress"))));
    time("fire time", "fireTime", instance, view);
    time("due", "dueAt", instance, view);
    time("started", "startedAt", instance, view);
    time("ended", "endedAt", instance, view);
    view.field("ran", TableCell.of(InstanceText.ran(instance, view.times())));
    view.field("worker", TableCell.of(InstanceText.text(instance, "worker")));
    view.field("priority", TableCell.of(InstanceText.text(instance, "priority")));
    view.field("retry of", TableCell.of(InstanceText.text(instance, "retryOf")));
    view.field("skipped", TableCell.of(InstanceText.text(instance, "skippedCount")));
    view.field("end reason", TableCell.of(ReasonText.end(instance)));
    view.field("error", TableCell.of(InstanceText.text(instance, "error")));
    view.field("result", TableCell.of(InstanceText.text(instance, "result")));
    instance
        .path("parameters")
        .properties()
        .forEach(
            parameter ->
                view.field(
                    "parameter",
                    TableCell.of(parameter.getKey() + "=" + parameter.getValue().asText())));
    if (!attempts.isEmpty()) {
      view.print("");
      view.print(table(attempts, view));
    }
    view.out().flush();
  }

  private static void time(String name, String field, JsonNode instance, CommandOutput view) {
    view.field(name, TableCell.of(view.times().dateAndWhen(InstanceText.text(instance, field))));
  }

  private static TextTable table(JsonNode attempts, CommandOutput view) {
    TextTable table =
        new TextTable("ATTEMPT", "STATE", "WORKER", "STARTED", "DURATION", "ERROR")
            .dropping("WORKER", "DURATION", "STARTED")
            .wrapping();
    for (JsonNode attempt : attempts) {
      String state = InstanceText.text(attempt, "state");
      table.add(
          TableCell.of(InstanceText.text(attempt, "attempt")),
          new TableCell(state, InstanceText.colour(state)),
          TableCell.of(InstanceText.text(attempt, "worker")),
          TableCell.of(view.times().ago(InstanceText.text(attempt, "startedAt"))),
          TableCell.of(InstanceText.ran(attempt, view.times())),
          TableCell.of(InstanceText.text(attempt, "error")));
    }
    return table;
  }
}
