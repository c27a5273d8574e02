package dev.orrery.cli.job;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextTable;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code orrery next}: lists the next fire times of a job, a cron expression or all jobs of an app.
 */
@Command(
    name = "next",
    description =
        "Describes when the trigger of a job or a cron expression fires, and lists the next fire times;"
            + " without either, the next fires over all jobs of the app.",
    mixinStandardHelpOptions = true)
public final class NextCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      arity = "0..1",
      description = "Name of the job; not with --cron.")
  private String job;

  @Option(
      names = "--cron",
      paramLabel = "EXPRESSION",
      description = "A cron expression to try out, instead of a job.")
  private String cron;

  @Option(
      names = "--zone",
      paramLabel = "ZONE",
      description = "Time zone of the expression; default: UTC.")
  private String zone;

  @Option(
      names = "--dialect",
      paramLabel = "DIALECT",
      description =
          "Dialect of the expression: 'quartz', 'unix' or 'spring'; required if they differ.")
  private String dialect;

  @Option(
      names = "--count",
      paramLabel = "N",
      description = "Number of fire times, 1 to 100; default: ${DEFAULT-VALUE}.",
      defaultValue = "5")
  private int count;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    requireOneSubject();
    SchedulerClient client = app.client();
    if (job == null && cron == null) {
      return printAll(client);
    }
    JsonNode answer = client.get(path(client)).body();
    CommandOutput view = output.view(spec.commandLine());
    if (output.isJson()) {
      view.print(answer);
      return ExitCode.OK;
    }
    if (answer.hasNonNull("description")) {
      view.note(answer.path("description").asText());
    }
    ZoneId triggerZone = triggerZone(client, answer);
    for (JsonNode time : answer.path("fireTimes")) {
      String inZone = triggerZone == null ? "" : view.times().inZone(time.asText(), triggerZone);
      view.print(view.times().dateAndWhen(time.asText()) + (inZone.isEmpty() ? "" : "  " + inZone));
    }
    if (answer.path("fireTimes").isEmpty()) {
      view.note(
          answer.hasNonNull("description")
              ? "It will not fire again."
              : "Job " + job + " has no trigger.");
    }
    return ExitCode.OK;
  }

  /** The scheduler lists at most ten fires per job within the next 24 hours. */
  private int printAll(SchedulerClient client) {
    JsonNode answer = client.get(app.path(client) + "/fire-times?limit=" + count).body();
    output.print(spec.commandLine(), answer, view -> printAll(answer, view));
    return ExitCode.OK;
  }

  private static void printAll(JsonNode answer, CommandOutput view) {
    if (answer.path("items").isEmpty()) {
      view.note("No job fires within 24 hours.");
      return;
    }
    TextTable table = new TextTable("FIRE TIME", "JOB");
    for (JsonNode fire : answer.path("items")) {
      table.add(
          TableCell.of(view.times().dateAndWhen(fire.path("at").asText())),
          TableCell.of(
              fire.path("job").asText() + (fire.path("more").asBoolean() ? " (and more)" : "")));
    }
    view.print(table);
  }

  /**
   * Returns the zone of the cron expression or window; null if there is none, or if times are in
   * UTC anyway.
   */
  private ZoneId triggerZone(SchedulerClient client, JsonNode answer) {
    if (output.isUtc() || answer.path("fireTimes").isEmpty()) {
      return null;
    }
    if (cron != null) {
      return ZoneId.of(zone == null ? "UTC" : zone);
    }
    JsonNode trigger =
        client
            .get(app.path(client) + "/jobs/" + SchedulerClient.encoded(job))
            .body()
            .path("trigger");
    return trigger.hasNonNull("cron") || trigger.hasNonNull("within")
        ? ZoneId.of(trigger.path("zone").asText("UTC"))
        : null;
  }

  private void requireOneSubject() {
    if (count < 1 || count > 100) {
      throw UserException.usage("--count must be from 1 to 100; got " + count);
    }
    if (job != null && cron != null) {
      throw UserException.usage("Name a job, or give a cron expression with --cron; not both.");
    }
    if (cron == null && (zone != null || dialect != null)) {
      throw UserException.usage("--zone and --dialect belong to --cron; a job has its own.");
    }
  }

  private String path(SchedulerClient client) {
    if (cron == null) {
      return app.path(client)
          + "/jobs/"
          + SchedulerClient.encoded(job)
          + "/fire-times?count="
          + count;
    }
    return "/cron/fire-times?count="
        + count
        + query("cron", cron)
        + query("zone", zone)
        + query("dialect", dialect);
  }

  private static String query(String name, String value) {
    return value == null ? "" : "&" + name + "=" + SchedulerClient.encoded(value);
  }
}
