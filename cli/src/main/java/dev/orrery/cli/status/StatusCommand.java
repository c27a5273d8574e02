package dev.orrery.cli.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.stack.RunningStack;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;
import dev.orrery.cli.worker.RefusedWorkers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code orrery status}: shows the scheduler, its protocols and ports, and its workers. */
@Command(
    name = "status",
    description =
        "Shows the scheduler, the processes of the local stack, protocols, open ports and connected"
            + " workers. Admins see the size of the database, too. Workers that are refused have the"
            + " setting to change; the exit code is then 1.",
    mixinStandardHelpOptions = true)
public final class StatusCommand implements Callable<Integer> {
  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = options.client();
    JsonNode protocol = client.get("/protocol").body();
    JsonNode workers = PageReader.read(client, "/workers", Integer.MAX_VALUE);
    Optional<StorageReport> storage = StorageReport.read(client);
    // The stack of this directory, unless another scheduler is asked.
    Optional<RunningStack> stack =
        RunningStack.read(Path.of(".orrery"))
            .filter(running -> ClientOptions.isSamePort(running.url(), client.url()));
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      ObjectNode status = client.json().createObjectNode();
      status.put("url", client.url().toString());
      stack.ifPresent(running -> status.set("stack", running.toJson()));
      storage.ifPresent(report -> status.set("storage", report.toJson()));
      view.print(status.<ObjectNode>set("protocol", protocol).set("workers", workers));
    } else {
      view.field(
          "scheduler",
          TableCell.of(client.url() + ", version " + protocol.path("softwareVersion").asText()));
      view.field("stack", TableCell.of(stack.map(StackCheck::summary).orElse("")));
      view.field("protocols", TableCell.of(protocols(protocol)));
      view.field("database", TableCell.of(storage.map(StorageReport::summary).orElse("")));
      show(protocol, workers, view);
    }
    return workers.path("refused").isEmpty() ? ExitCode.OK : ExitCode.FAILED;
  }

  private static void show(JsonNode protocol, JsonNode workers, CommandOutput view) {
    view.field("workers", workers(workers.path("items")));
    view.print("");
    view.print(ports(protocol.path("ports")));
    if (!workers.path("refused").isEmpty()) {
      view.print("");
      view.print(RefusedWorkers.table(workers.path("refused"), view));
    }
  }

  private static String protocols(JsonNode protocol) {
    List<String> active = new ArrayList<>();
    protocol.path("active").forEach(name -> active.add(name.asText()));
    String main = protocol.path("recordedMain").asText();
    return String.join(", ", active)
        + (active.size() > 1 ? " (main: " + main + ")" : "")
        + ", version "
        + versions(protocol.path("minVersion").asInt(), protocol.path("maxVersion").asInt());
  }

  private static String versions(int min, int max) {
    return min == max ? Integer.toString(min) : min + " to " + max;
  }

  private static TableCell workers(JsonNode workers) {
    if (workers.isEmpty()) {
      return new TableCell("none connected", TextColour.YELLOW);
    }
    Map<String, Integer> byApp = new TreeMap<>();
    workers.forEach(worker -> byApp.merge(worker.path("app").asText(), 1, Integer::sum));
    List<String> counts = new ArrayList<>();
    byApp.forEach((app, count) -> counts.add(count + " of app " + app));
    return TableCell.of(String.join(", ", counts));
  }

  private static TextTable ports(JsonNode ports) {
    TextTable table =
        new TextTable("PORT", "NAME", "SIDE", "OPEN", "SESSIONS", "CARRIES")
            .dropping("SESSIONS", "SIDE");
    for (JsonNode port : ports) {
      table.add(
          TableCell.of(port.path("number").asText()),
          TableCell.of(port.path("name").asText()),
          TableCell.of(port.path("side").asText()),
          isOpen(port),
          TableCell.of(port.path("sessions").asText()),
          TableCell.of(port.path("carries").asText()));
    }
    return table;
  }

  /** The scheduler knows its own open ports; of agents and other workers it only knows the plan. */
  private static TableCell isOpen(JsonNode port) {
    if (!port.path("open").asBoolean()) {
      return TableCell.of("closed");
    }
    return port.path("side").asText().equals("agent")
        ? TableCell.of("on workers")
        : new TableCell("open", TextColour.GREEN);
  }
}
