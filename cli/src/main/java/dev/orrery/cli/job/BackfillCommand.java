package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery backfill}: starts, lists and cancels the backfills of a job. */
@Command(
    name = "backfill",
    description = "Runs fire times of the past that have not run, and shows such backfills.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class BackfillCommand {
  @Spec private CommandSpec spec;

  @Command(
      name = "start",
      description = "Starts a backfill of a job and prints its id.",
      mixinStandardHelpOptions = true)
  int start(
      @Parameters(
              paramLabel = "JOB",
              completionCandidates = CompletionNames.Jobs.class,
              description = "Its name.")
          String job,
      @Option(
              names = "--from",
              required = true,
              paramLabel = "INSTANT",
              description = "First fire time; for example 2027-03-01T00:00:00Z.")
          String from,
      @Option(
              names = "--until",
              paramLabel = "INSTANT",
              description = "Last fire time; default: now.")
          String until,
      @Option(
              names = "--overlap",
              paramLabel = "POLICY",
              description = "'queue-all', one after the other (default), or 'allow', side by side.")
          String overlap,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    ObjectNode request = client.json().createObjectNode().put("from", from);
    if (until != null) {
      request.put("until", until);
    }
    if (overlap != null) {
      request.put("overlap", overlap);
    }
    JsonNode started = client.post(path(app, client, job), request).body();
    output.print(
        spec.commandLine(),
        started,
        view -> {
          view.note(started.path("instances").asText() + " instances");
          view.print(started.path("id").asText());
        });
    return ExitCode.OK;
  }

  @Command(
      name = "list",
      description = "Lists the backfills of a job, newest first.",
      mixinStandardHelpOptions = true)
  int list(
      @Parameters(
              paramLabel = "JOB",
              completionCandidates = CompletionNames.Jobs.class,
              description = "Its name.")
          String job,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    JsonNode backfills = PageReader.read(client, path(app, client, job), Integer.MAX_VALUE);
    output.print(
        spec.commandLine(),
        backfills,
        view -> view.print(backfillsTable(backfills.path("items"), view)));
    return ExitCode.OK;
  }

  @Command(
      name = "cancel",
      description = "Cancels the instances of a backfill that have not ended.",
      mixinStandardHelpOptions = true)
  int cancel(
      @Parameters(
              paramLabel = "JOB",
              completionCandidates = CompletionNames.Jobs.class,
              description = "Its name.")
          String job,
      @Parameters(paramLabel = "ID", description = "Of the backfill.") String id,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    JsonNode canceled =
        client
            .post(
                path(app, client, job)
                    + "/"
                    + SchedulerClient.encodedId(id, "./orrery backfill list " + job + " shows it.")
                    + "/cancel",
                null)
            .body();
    output.print(
        spec.commandLine(),
        canceled,
        view -> view.print("backfill " + id + " of job " + job + " is being canceled"));
    return ExitCode.OK;
  }

  private static String path(AppOptions app, SchedulerClient client, String job) {
    return app.path(client) + "/jobs/" + SchedulerClient.encoded(job) + "/backfills";
  }

  private static String state(JsonNode backfill) {
    List<String> states = new ArrayList<>();
    backfill
        .path("states")
        .properties()
        .forEach(count -> states.add(count.getValue().asText() + " " + count.getKey()));
    if (backfill.hasNonNull("canceledAt")) {
      states.add(0, "canceled");
    }
    return String.join(", ", states);
  }

  private static TextTable backfillsTable(JsonNode items, CommandOutput view) {
    TextTable table =
        new TextTable("BACKFILL", "FROM", "UNTIL", "OVERLAP", "INSTANCES", "STATE")
            .dropping("OVERLAP", "INSTANCES", "UNTIL");
    for (JsonNode backfill : items) {
      table.add(
          TableCell.of(backfill.path("id").asText()),
          TableCell.of(view.times().when(backfill.path("from").asText())),
          TableCell.of(view.times().when(backfill.path("until").asText())),
          TableCell.of(backfill.path("overlap").asText()),
          TableCell.of(backfill.path("instances").asText()),
          TableCell.of(state(backfill)));
    }
    return table;
  }
}
