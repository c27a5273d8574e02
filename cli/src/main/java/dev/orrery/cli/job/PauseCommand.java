package dev.orrery.cli.job;

import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.view.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery pause}. */
@Command(
    name = "pause",
    description = "Stops a job, or a whole app: triggers make nothing, and runs wait.",
    mixinStandardHelpOptions = true)
public final class PauseCommand implements Callable<Integer> {
  @Parameters(
      arity = "0..1",
      paramLabel = "JOB",
      description = "Its name; all jobs of the app if there is none.")
  private String job;

  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    return PauseCall.call(app, job, "pause", "is paused", output, spec);
  }
}
