package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orrery logs}: prints the log of an instance. */
@Command(
    name = "logs",
    description =
        "Prints the log of an instance; with -o json, one log item of the API on each line.",
    mixinStandardHelpOptions = true)
public final class LogsCommand implements Callable<Integer> {
  @Option(
      names = {"-f", "--follow"},
      description = "Follow the log until the instance has ended.")
  private boolean follow;

  @Option(names = "--attempt", paramLabel = "N", description = "Only the log of this attempt.")
  private Integer attempt;

  @Mixin private InstanceOptions instance;

  @Override
  public Integer call() throws InterruptedException {
    if (attempt != null && attempt < 1) {
      throw UserException.usage("--attempt must be 1 or more");
    }
    SchedulerClient client = instance.client();
    CommandOutput view = instance.view();
    LogPrinter printer = new LogPrinter(view, instance.isJson());
    if (follow) {
      try (WaitingNotice notice = new WaitingNotice(client, instance.id(), view)) {
        notice.start();
        new LogFollower(client, new OutageRetry(view::note))
            .follow(instance.id(), attempt, printer::print);
      }
    } else {
      printPages(client, printer);
    }
    return ExitCode.OK;
  }

  /** Fails if the attempt has not begun, as opposed to one without lines. */
  private void requireAttempt(SchedulerClient client) {
    int last = client.get(instance.path()).body().path("attempt").asInt();
    if (attempt > last) {
      throw new UserException(
          "Instance "
              + instance.id()
              + " has no attempt "
              + attempt
              + (last == 0 ? "; none has begun." : "; its last one is " + last + "."));
    }
  }

  private void printPages(SchedulerClient client, LogPrinter printer) {
    String path =
        instance.path() + "/logs?" + (attempt == null ? "" : "attempt=" + attempt + "&") + "after=";
    JsonNode page = client.get(path.substring(0, path.length() - "after=".length())).body();
    if (attempt != null && page.path("items").isEmpty()) {
      requireAttempt(client);
    }
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
