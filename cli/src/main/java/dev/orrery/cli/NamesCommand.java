package dev.orrery.cli;

import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/**
 * {@code orrery names}: prints names of jobs or apps for the scripts of {@code orrery completion}.
 */
@Command(
    name = "names",
    hidden = true,
    description = "Prints names of jobs or apps, one a line.",
    mixinStandardHelpOptions = true)
final class NamesCommand implements Callable<Integer> {
  /** Users write these names. */
  enum Kind {
    jobs,
    apps
  }

  @Parameters(paramLabel = "KIND", description = "jobs or apps")
  private Kind kind;

  @Option(
      names = "--within",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      defaultValue = "2s",
      description = "Fail after this time.")
  private Duration within;

  @SuppressWarnings("UnusedVariable") // The other words of the command line to complete.
  @Unmatched
  private List<String> words = new ArrayList<>();

  @Mixin private AppOptions app;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    try {
      CompletableFuture.supplyAsync(this::names)
          .get(within.toMillis(), TimeUnit.MILLISECONDS)
          .forEach(spec.commandLine().getOut()::println);
    } catch (TimeoutException e) {
      throw new UserException("No answer within " + within.toSeconds() + " s.");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new IllegalStateException(e.getCause());
    }
    return ExitCode.OK;
  }

  /** Reads one page: a longer list is of no use at a prompt. */
  private List<String> names() {
    SchedulerClient client = app.client();
    String path = kind == Kind.jobs ? app.path(client) + "/jobs" : "/apps";
    List<String> names = new ArrayList<>();
    client
        .get(path + "?limit=500")
        .body()
        .path("items")
        .forEach(item -> names.add(item.path("name").asText()));
    return names;
  }
}
