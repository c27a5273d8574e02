package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery logs}. */
@Command(
    name = "logs",
    description = "Prints what an instance wrote; with -o json a log item of the API on each line.",
    mixinStandardHelpOptions = true)
public final class LogsCommand implements Callable<Integer> {
  @Parameters(paramLabel = "ID", description = "Of the instance.")
  private String id;

  @Option(
      names = {"-f", "--follow"},
      description = "Go on as it writes, until it has ended.")
  private boolean follow;

  @Option(names = "--attempt", paramLabel = "N", description = "Only this attempt.")
  private Integer attempt;

  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    if (attempt != null && attempt < 1) {
      throw UserException.usage("--attempt must be 1 or more");
    }
    SchedulerClient client = options.client();
    CommandOutput view = output.view(spec.commandLine());
    LogPrinter printer = new LogPrinter(view, output.isJson());
    if (follow) {
      new LogFollower(client, new OutageRetry(view::note)).follow(id, attempt, printer::print);
    } else {
      printPages(client, printer);
    }
    return ExitCode.OK;
  }

  private void printPages(SchedulerClient client, LogPrinter printer) {
    String path =
        "/instances/"
            + SchedulerClient.encoded(id)
            + "/logs?"
            + (attempt == null ? "" : "attempt=" + attempt + "&")
            + "after=";
    JsonNode page = client.get(path.substring(0, path.length() - "after=".length())).body();
    while (!page.path("items").isEmpty()) {
      for (JsonNode line : page.path("items")) {
        if (!printer.print(line)) {
          return;
        }
      }
      page = client.get(path + SchedulerClient.encoded(page.path("next").asText())).body();
    }
  }
}
