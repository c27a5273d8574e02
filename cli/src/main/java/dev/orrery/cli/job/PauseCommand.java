package dev.orrery.cli.job;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orrery pause}. */
@Command(
    name = "pause",
    description = "Pauses a job or an app: triggers do not fire, and submitted instances wait.",
    mixinStandardHelpOptions = true)
public final class PauseCommand implements Callable<Integer> {
  @Mixin private PauseCall call;

  @Override
  public Integer call() {
    return call.send("pause", "paused");
  }
}
