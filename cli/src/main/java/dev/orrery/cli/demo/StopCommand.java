package dev.orrery.cli.demo;

import dev.orrery.cli.ExitCode;
import dev.orrery.cli.local.StackStop;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code orrery stop}. */
@Command(
    name = "stop",
    description =
        "Stops what 'up' or 'demo' has started in this directory, also after it was killed itself.",
    mixinStandardHelpOptions = true)
public final class StopCommand implements Callable<Integer> {
  /** An 'up' that is asked to end stops agent and scheduler, for up to 45 seconds each. */
  private static final Duration LONGEST = Duration.ofSeconds(100);

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    StackStop stack = new StackStop(Path.of(".orrery").toAbsolutePath(), LONGEST, out::println);
    if (stack.stop() == 0) {
      out.println("Nothing runs here.");
    }
    out.flush();
    return ExitCode.OK;
  }
}
