package dev.orrery.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery workers}: lists connected workers, and workers that were refused recently. */
@Command(
    name = "workers",
    description = "Lists connected workers and recently refused ones.",
    mixinStandardHelpOptions = true)
public final class WorkersCommand implements Callable<Integer> {
  @Option(
      names = {"-a", "--app"},
      paramLabel = "APP",
      completionCandidates = CompletionNames.Apps.class,
      description =
          "Only workers of this app; default: ORRERY_APP, or all apps that the token may see.")
  private String app;

  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = options.client();
    String wanted = app == null ? System.getenv("ORRERY_APP") : app;
    boolean onlyOne = wanted != null && !wanted.isBlank();
    if (onlyOne) {
      // The list of workers is empty for an app that does not exist.
      client.get(SchedulerClient.appPath(wanted));
    }
    ObjectNode workers = PageReader.read(client, "/workers", Integer.MAX_VALUE);
    if (onlyOne) {
      keepOnly(workers, "items", wanted);
      keepOnly(workers, "refused", wanted);
    }
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(workers);
      return ExitCode.OK;
    }
    view.print(table(workers, view));
    if (!workers.path("refused").isEmpty()) {
      view.print("");
      view.print(RefusedWorkers.table(workers.path("refused"), view));
    }
    return ExitCode.OK;
  }

  private static void keepOnly(ObjectNode workers, String list, String app) {
    ArrayNode kept = workers.arrayNode();
    for (JsonNode worker : workers.path(list)) {
      // A PowerJob worker that asks for an app which is not open belongs to none.
      if (worker.path(worker.hasNonNull("app") ? "app" : "requestedApp").asText().equals(app)) {
        kept.add(worker);
      }
    }
    workers.set(list, kept);
  }

  static TextTable table(JsonNode workers, CommandOutput view) {
    TextTable table =
        new TextTable(
                "WORKER", "APP", "LOAD", "PROTOCOL", "SOFTWARE", "SINCE", "TAGS", "PROCESSORS")
            .dropping("SOFTWARE", "SINCE", "PROTOCOL", "TAGS");
    for (JsonNode worker : workers.path("items")) {
      JsonNode agreement = worker.path("agreement");
      boolean draining = worker.path("draining").asBoolean();
      table.add(
          TableCell.of(worker.path("name").asText()),
          TableCell.of(worker.path("app").asText()),
          new TableCell(
              worker.path("held").asText()
                  + "/"
                  + worker.path("capacity").asText()
                  + (draining ? " draining" : ""),
              draining ? TextColour.YELLOW : TextColour.PLAIN),
          TableCell.of(agreement.path("protocol").asText() + " " + messages(agreement)),
          TableCell.of(worker.path("softwareVersion").asText()),
          TableCell.of(view.times().ago(worker.path("connectedAt").asText())),
          TableCell.ofNames(worker.path("tags")),
          TableCell.ofNames(worker.path("processors")));
    }
    return table;
  }

  private static String messages(JsonNode agreement) {
    return PowerJobWorker.is(agreement.path("dialect"))
        ? "powerjob"
        : "v" + agreement.path("version").asText();
  }
}
