package dev.orrery.cli.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.local.PortOwner;
import dev.orrery.cli.local.StackStop;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code orrery stop}: stops the local stack that {@code up} or {@code demo} started in this
 * directory.
 */
@Command(
    name = "stop",
    description =
        "Stops what 'up' or 'demo' has started in this directory, also after it was killed itself.",
    mixinStandardHelpOptions = true)
public final class StopCommand implements Callable<Integer> {
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    CommandOutput view = output.view(spec.commandLine());
    StackStop stack =
        new StackStop(
            Path.of(".orrery").toAbsolutePath(), output.isJson() ? view::note : view::print);
    int stopped = stack.stop();
    if (output.isJson()) {
      view.print(JsonNodeFactory.instance.objectNode().put("stopped", stopped));
    } else if (stopped == 0) {
      view.print("Nothing runs here.");
      PortOwner.ofUsualApi().ifPresent(view::note);
    }
    return ExitCode.OK;
  }
}
