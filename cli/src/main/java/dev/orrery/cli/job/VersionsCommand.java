package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery versions}: lists the versions of a job. */
@Command(
    name = "versions",
    description =
        "Lists the versions of a job, newest first, with their authors; -o json has the documents.",
    mixinStandardHelpOptions = true)
public final class VersionsCommand implements Callable<Integer> {
  private static final int MAX_ROWS = 10_000;

  @Parameters(
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      description = "Name of the job.")
  private String job;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Number of versions, 1 to 10,000; default: ${DEFAULT-VALUE}.",
      defaultValue = "20")
  private int limit;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    if (limit < 1 || limit > MAX_ROWS) {
      throw UserException.usage("--limit must be from 1 to " + MAX_ROWS + "; got " + limit);
    }
    SchedulerClient client = app.client();
    String path = app.path(client) + "/jobs/" + SchedulerClient.encoded(job) + "/versions";
    JsonNode versions = PageReader.read(client, path, limit);
    output.print(spec.commandLine(), versions, view -> view.print(table(versions, view)));
    return ExitCode.OK;
  }

  private static TextTable table(JsonNode versions, CommandOutput view) {
    TextTable table = new TextTable("VERSION", "WRITTEN", "AUTHOR");
    for (JsonNode version : versions.path("items")) {
      table.add(
          TableCell.of(version.path("version").asText()),
          TableCell.of(view.times().ago(version.path("createdAt").asText())),
          TableCell.of(author(version.path("author"))));
    }
    return table;
  }

  /** Versions of older releases have no author. */
  private static String author(JsonNode author) {
    String role = author.path("role").asText("-");
    return author.hasNonNull("token") ? role + ", token " + author.path("token").asText() : role;
  }
}
