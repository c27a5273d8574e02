package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery run}: runs a job, and waits for its end or follows its log on request. */
@Command(
    name = "run",
    description =
        "Runs a job, now or later, and prints the ID of the instance. With --wait or --follow the"
            + " exit code is 0 if the instance succeeded, and 1 otherwise.",
    mixinStandardHelpOptions = true)
public final class RunCommand implements Callable<Integer> {
  private static final long SHORTEST_PAUSE_MILLIS = 100;
  private static final long MAX_PAUSE_MILLIS = 1000;

  @Parameters(
      paramLabel = "JOB",
      completionCandidates = CompletionNames.Jobs.class,
      description = "Name of the job.")
  private String job;

  @Option(
      names = {"-p", "--parameter"},
      paramLabel = "NAME=VALUE",
      description = "A parameter; overrides the one of the job. Repeatable.")
  private Map<String, String> parameters = new LinkedHashMap<>();

  @Option(
      names = "--at",
      paramLabel = "INSTANT",
      description = "When to run, such as 2027-01-01T00:00:00Z; default: now.")
  private String at;

  @ArgGroup private Until until = new Until();

  /** The event after which the command returns. */
  static final class Until {
    @Option(names = "--wait", description = "Wait until the instance has ended.")
    private boolean waiting;

    @Option(names = "--follow", description = "Wait, and print the log of the instance.")
    private boolean following;
  }

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    SchedulerClient client = app.client();
    JsonNode made =
        client
            .post(
                app.path(client) + "/jobs/" + SchedulerClient.encoded(job) + "/instances",
                body(client),
                UUID.randomUUID().toString())
            .body();
    String id = made.path("id").asText();
    CommandOutput view = output.view(spec.commandLine());
    if (until.following) {
      view.note("instance " + id);
      LogPrinter printer = new LogPrinter(view, output.isJson());
      try (WaitingNotice notice = new WaitingNotice(client, id, view);
          InterruptNotice interrupted = new InterruptNotice(id, view)) {
        notice.start();
        interrupted.start();
        new LogFollower(client, new OutageRetry(view::note)).follow(id, null, printer::print);
      }
      return outcome(ended(client, id, view), view);
    }
    if (!until.waiting) {
      printMade(made, view);
      return ExitCode.OK;
    }
    if (!output.isJson()) {
      view.print(id);
    }
    try (WaitingNotice notice = new WaitingNotice(client, id, view);
        InterruptNotice interrupted = new InterruptNotice(id, view)) {
      notice.start();
      interrupted.start();
      return outcome(ended(client, id, view), view);
    }
  }

  private void printMade(JsonNode made, CommandOutput view) {
    if (output.isJson()) {
      view.print(made);
    } else {
      view.print(made.path("id").asText());
    }
  }

  private ObjectNode body(SchedulerClient client) {
    ObjectNode body = client.json().createObjectNode();
    if (!parameters.isEmpty()) {
      ObjectNode named = body.putObject("parameters");
      parameters.forEach(named::put);
    }
    if (at != null) {
      try {
        body.put("runAt", OffsetDateTime.parse(at).toInstant().toString());
      } catch (DateTimeException e) {
        throw UserException.usage(
            "--at must be an instant such as 2027-01-01T00:00:00Z, not " + at);
      }
    }
    return body;
  }

  private static JsonNode ended(SchedulerClient client, String id, CommandOutput view)
      throws InterruptedException {
    OutageRetry retrying = new OutageRetry(view::note);
    long pause = SHORTEST_PAUSE_MILLIS;
    while (true) {
      try {
        JsonNode instance = client.get("/instances/" + id).body();
        retrying.answered();
        if (InstanceText.isTerminal(instance)) {
          return instance;
        }
        TimeUnit.MILLISECONDS.sleep(pause);
        pause = Math.min(MAX_PAUSE_MILLIS, pause * 3 / 2);
      } catch (ApiException e) {
        retrying.failed(e);
      }
    }
  }

  private int outcome(JsonNode instance, CommandOutput view) {
    if (output.isJson()) {
      view.print(instance);
      return exitCode(instance);
    }
    String detail = InstanceText.detail(instance, view.times());
    view.note(
        InstanceText.text(instance, "state")
            + (instance.hasNonNull("startedAt")
                ? " after " + InstanceText.ran(instance, view.times())
                : "")
            + (detail.isEmpty() ? "" : ": " + detail.strip()));
    return exitCode(instance);
  }

  private static int exitCode(JsonNode instance) {
    return InstanceText.succeeded(instance) ? ExitCode.OK : ExitCode.FAILED;
  }
}
