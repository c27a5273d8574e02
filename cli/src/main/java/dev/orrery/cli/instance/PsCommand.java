package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.TimeSpan;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery ps}: lists the instances of an app. */
@Command(
    name = "ps",
    description =
        "Lists the instances of an app, newest first. The column FLOW has the id of the flow whose"
            + " node an instance is; --no-nodes leaves those out.",
    mixinStandardHelpOptions = true)
public final class PsCommand implements Callable<Integer> {
  private static final int USUAL = 20;
  private static final int MAX_ROWS = 10_000;

  private static final String[] HEADERS = {
    "ID", "JOB", "STATE", "ATTEMPT", "AGE", "DURATION", "WORKER", "DETAIL"
  };

  /** Index of the column FLOW, behind the job. */
  private static final int FLOW = 2;

  @Mixin private FilterOptions filter;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "At most this many instances; default: 20, or 10000 with --since.")
  private Integer limit;

  @Option(names = "--all", description = "The newest 10000 instances.")
  private boolean all;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "Only instances that were due within this time, such as 30m, 2h or 7d.")
  private Duration since;

  @Option(names = "--no-nodes", description = "Leave out the runs of nodes of flows.")
  private boolean withoutNodes;

  @Option(names = "--watch", description = "Repeat every second until Ctrl-C.")
  private boolean watch;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    int bound = bound();
    if (watch && output.isJson()) {
      throw UserException.usage("--watch does not work with -o json; call ps repeatedly instead");
    }
    if (withoutNodes && filter.selectsNodes()) {
      throw UserException.usage("--no-nodes and --origin FLOW exclude each other");
    }
    String query = filter.query();
    SchedulerClient client = app.client();
    String path = app.path(client) + "/instances" + query;
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(read(client, path, bound, view));
      return ExitCode.OK;
    }
    show(client, path, bound, view, false);
    while (watch && !view.isGone()) {
      TimeUnit.SECONDS.sleep(1);
      view = output.view(spec.commandLine());
      show(client, path, bound, view, true);
    }
    return ExitCode.OK;
  }

  private int bound() {
    if (limit == null) {
      return all || since != null ? MAX_ROWS : USUAL;
    }
    if (all) {
      throw UserException.usage("--all and --limit exclude each other");
    }
    if (limit < 1 || limit > MAX_ROWS) {
      throw UserException.usage("--limit must be between 1 and " + MAX_ROWS);
    }
    return limit;
  }

  private JsonNode read(SchedulerClient client, String path, int bound, CommandOutput view) {
    Instant first = since == null ? null : Instant.now().minus(since);
    JsonNode page =
        PageReader.read(
            client,
            path,
            bound,
            first == null && !withoutNodes ? bound : MAX_ROWS,
            instance ->
                (first == null || !Instant.parse(instance.path("dueAt").asText()).isBefore(first))
                    && !(withoutNodes && InstanceText.isNode(instance)));
    boolean isFull = bound != MAX_ROWS && page.path("items").size() == bound;
    if (page.hasNonNull("next") && !isFull) {
      view.note("Only the newest " + MAX_ROWS + " instances were searched.");
    }
    return page;
  }

  private void show(
      SchedulerClient client, String path, int bound, CommandOutput view, boolean again) {
    JsonNode page = read(client, path, bound, view);
    if (again) {
      view.clear();
    }
    // Ages count from the answer, not from the question.
    view.print(table(page, output.view(spec.commandLine())));
  }

  /** The column FLOW, the id of the flow that runs an instance as a node, is there if needed. */
  static TextTable table(JsonNode page, CommandOutput view) {
    boolean withFlow =
        StreamSupport.stream(page.path("items").spliterator(), false)
            .anyMatch(InstanceText::isNode);
    TextTable table =
        new TextTable(columns(withFlow, "FLOW", List.of(HEADERS)).toArray(String[]::new))
            .dropping("WORKER", "ATTEMPT", "DURATION", "AGE");
    for (JsonNode instance : page.path("items")) {
      List<TableCell> cells =
          List.of(
              TableCell.of(InstanceText.text(instance, "id")),
              TableCell.of(InstanceText.text(instance, "job")),
              InstanceText.state(instance),
              TableCell.of(
                  instance.path("attempt").asInt() == 0 ? "-" : instance.path("attempt").asText()),
              TableCell.of(InstanceText.when(instance, view.times())),
              TableCell.of(InstanceText.ran(instance, view.times())),
              TableCell.of(InstanceText.text(instance, "worker")),
              TableCell.of(InstanceText.detail(instance, view.times())));
      String flow = InstanceText.isNode(instance) ? InstanceText.text(instance, "parent") : "";
      table.add(columns(withFlow, TableCell.of(flow), cells).toArray(TableCell[]::new));
    }
    return table;
  }

  private static <T> List<T> columns(boolean withFlow, T flow, List<T> others) {
    List<T> columns = new ArrayList<>(others);
    if (withFlow) {
      columns.add(FLOW, flow);
    }
    return columns;
  }
}
