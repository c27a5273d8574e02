package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.LabelOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.instance.RequiredWorker;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery jobs}: lists the jobs of an app. */
@Command(
    name = "jobs",
    description = "Lists the jobs of an app, by name.",
    mixinStandardHelpOptions = true)
public final class JobsCommand implements Callable<Integer> {
  @Mixin private AppOptions app;
  @Mixin private LabelOptions labels;

  @Option(
      names = "--state",
      paramLabel = "STATE",
      description = "Only jobs in this state: enabled, disabled, paused, failing or overdue.",
      hideParamSyntax = true)
  private State state;

  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  /** Users write these names. */
  enum State {
    enabled,
    disabled,
    paused,
    failing,
    overdue
  }

  @Override
  public Integer call() {
    SchedulerClient client = app.client();
    String path = app.path(client);
    JsonNode jobs = PageReader.read(client, path + "/jobs" + query(), Integer.MAX_VALUE);
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(jobs);
    } else {
      view.print(table(jobs, client.get(path).body().path("paused").asBoolean(), view));
    }
    return ExitCode.OK;
  }

  private String query() {
    StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
    labels.parameters().forEach(query::add);
    if (state != null) {
      query.add("filter=" + state.name().toUpperCase(Locale.ROOT));
    }
    return query.toString();
  }

  private static TextTable table(JsonNode jobs, boolean appPaused, CommandOutput view) {
    TextTable table =
        new TextTable("JOB", "STATUS", "NEXT", "VERSION", "PROCESSOR", "OWNER", "TRIGGER")
            .dropping("VERSION", "OWNER", "PROCESSOR", "NEXT");
    for (JsonNode job : jobs.path("items")) {
      JsonNode status = job.path("status");
      table.add(
          TableCell.of(job.path("name").asText()),
          status(job, status, appPaused),
          TableCell.of(
              status.hasNonNull("nextFireTime")
                  ? view.times().when(status.path("nextFireTime").asText())
                  : "-"),
          TableCell.of(status.path("version").asText()),
          TableCell.of(RequiredWorker.processor(job.path("processor"))),
          TableCell.of(status.path("owner").asText("-")),
          TableCell.of(trigger(job.path("trigger"))));
    }
    return table;
  }

  /**
   * Returns the status of a job. It distinguishes the pause of the job from that of the app, as
   * each needs its own resume, and names the version of its application that no longer declares it.
   */
  private static TableCell status(JsonNode job, JsonNode status, boolean appPaused) {
    boolean paused = status.path("paused").asBoolean();
    if (paused || appPaused) {
      String which = !appPaused ? "paused" : paused ? "paused, app too" : "app paused";
      return new TableCell(which, TextColour.YELLOW);
    }
    boolean enabled = job.path("enabled").asBoolean(true);
    String text = enabled ? "enabled" : "disabled";
    if (status.hasNonNull("overdueSince")) {
      return new TableCell(text + ", overdue", TextColour.RED);
    }
    JsonNode missing = status.path("declaration").path("missingFrom");
    return missing.isTextual()
        ? new TableCell(
            text + ", no longer declared by version " + missing.asText(), TextColour.YELLOW)
        : new TableCell(text, enabled ? TextColour.GREEN : TextColour.YELLOW);
  }

  static String trigger(JsonNode trigger) {
    for (String kind : new String[] {"cron", "every", "delay", "at"}) {
      if (trigger.hasNonNull(kind)) {
        String how =
            Stream.of("dialect", "zone")
                .filter(trigger::hasNonNull)
                .map(field -> trigger.path(field).asText())
                .collect(Collectors.joining(", "));
        return kind
            + " "
            + trigger.path(kind).asText()
            + window(trigger.path("within"))
            + (how.isEmpty() ? "" : " (" + how + ")");
      }
    }
    return "-";
  }

  private static String window(JsonNode within) {
    if (!within.isObject()) {
      return "";
    }
    String days =
        StreamSupport.stream(within.path("days").spliterator(), false)
            .map(JsonNode::asText)
            .collect(Collectors.joining(","));
    return " "
        + within.path("from").asText()
        + "-"
        + within.path("to").asText()
        + (days.isEmpty() ? "" : " " + days);
  }
}
