package dev.orrery.cli.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.Pages;
import dev.orrery.cli.view.Cell;
import dev.orrery.cli.view.Colour;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.Table;
import dev.orrery.cli.view.View;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery workers}. */
@Command(
    name = "workers",
    description = "Lists connected workers, and those that were refused lately.",
    mixinStandardHelpOptions = true)
public final class WorkersCommand implements Callable<Integer> {
  @Option(
      names = {"-a", "--app"},
      paramLabel = "APP",
      description = "Only those of this app; default: ORRERY_APP, or all that the token may see.")
  private String app;

  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = options.client();
    ObjectNode workers = Pages.read(client, "/workers", Integer.MAX_VALUE);
    String wanted = app == null ? System.getenv("ORRERY_APP") : app;
    if (wanted != null && !wanted.isBlank()) {
      keepOnly(workers, "items", wanted);
      keepOnly(workers, "refused", wanted);
    }
    View view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(workers);
      return ExitCode.OK;
    }
    view.print(table(workers, view));
    if (!workers.path("refused").isEmpty()) {
      view.print("");
      view.print(refused(workers.path("refused"), view));
    }
    return ExitCode.OK;
  }

  private static void keepOnly(ObjectNode workers, String list, String app) {
    ArrayNode kept = workers.arrayNode();
    for (JsonNode one : workers.path(list)) {
      if (one.path("app").asText().equals(app)) {
        kept.add(one);
      }
    }
    workers.set(list, kept);
  }

  static Table table(JsonNode workers, View view) {
    Table table =
        new Table("WORKER", "APP", "LOAD", "PROTOCOL", "SOFTWARE", "SINCE", "TAGS", "PROCESSORS");
    for (JsonNode worker : workers.path("items")) {
      JsonNode agreement = worker.path("agreement");
      boolean draining = worker.path("draining").asBoolean();
      table.add(
          Cell.of(worker.path("name").asText()),
          Cell.of(worker.path("app").asText()),
          new Cell(
              worker.path("held").asText()
                  + "/"
                  + worker.path("capacity").asText()
                  + (draining ? " draining" : ""),
              draining ? Colour.YELLOW : Colour.PLAIN),
          Cell.of(agreement.path("protocol").asText() + " v" + agreement.path("version").asText()),
          Cell.of(worker.path("software").asText()),
          Cell.of(view.times().when(worker.path("since").asText())),
          Cell.of(joined(worker.path("tags"))),
          Cell.of(joined(worker.path("processors"))));
    }
    return table;
  }

  private static Table refused(JsonNode refusals, View view) {
    Table table = new Table("REFUSED", "APP", "LAST", "TIMES", "WHY");
    for (JsonNode refusal : refusals) {
      table.add(
          Cell.of(refusal.path("worker").asText()),
          Cell.of(refusal.path("app").asText()),
          Cell.of(view.times().when(refusal.path("at").asText())),
          Cell.of(refusal.path("times").asText()),
          new Cell(
              refusal.path("code").asText() + ": " + refusal.path("detail").asText(), Colour.RED));
    }
    return table;
  }

  private static String joined(JsonNode names) {
    List<String> all = new ArrayList<>();
    names.forEach(name -> all.add(name.asText()));
    return String.join(",", all);
  }
}
