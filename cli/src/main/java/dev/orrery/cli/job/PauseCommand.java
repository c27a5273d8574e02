package dev.orrery.cli.job;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orrery pause}: pauses a job or an app. */
@Command(
    name = "pause",
    description = "Pauses a job or an app: triggers do not fire, and submitted instances wait.",
    mixinStandardHelpOptions = true)
public final class PauseCommand implements Callable<Integer> {
  @Mixin private PauseCall call;

  @Option(
      names = "--note",
      paramLabel = "TEXT",
      description =
          "A note for others, at most 500 characters; with it, the command changes the note of a"
              + " pause.")
  private String note;

  @Override
  public Integer call() {
    return call.send("pause", "paused", note);
  }
}
