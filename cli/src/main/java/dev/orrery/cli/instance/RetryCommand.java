package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.view.CommandOutput;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orrery retry}. */
@Command(
    name = "retry",
    description =
        "Runs an ended instance again as a new instance, and prints the ID of the new one."
            + " With --all, retries all instances that are selected: without --state those that are"
            + " FAILED or TIMED_OUT.",
    mixinStandardHelpOptions = true)
public final class RetryCommand implements Callable<Integer> {
  @Mixin private TargetOptions instance;

  @Override
  public Integer call() {
    if (instance.isMany()) {
      return instance.callForMany("retry", "retried");
    }
    JsonNode created = instance.client().post(instance.path() + "/retry", null).body();
    CommandOutput view = instance.view();
    if (instance.isJson()) {
      view.print(created);
    } else {
      view.print(created.path("id").asText());
    }
    return ExitCode.OK;
  }
}
