package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orrery retry}: runs an ended instance, or all that a filter selects, again. */
@Command(
    name = "retry",
    description =
        "Runs an ended instance again as a new instance, and prints the ID of the new one. With"
            + " --from-failed, a flow reuses the nodes that succeeded, and runs the others and all"
            + " nodes after them."
            + " With --all, retries all instances that are selected, after it has asked: without"
            + " --state those that are FAILED or TIMED_OUT.",
    mixinStandardHelpOptions = true)
public final class RetryCommand implements Callable<Integer> {
  @Mixin private TargetOptions instance;

  @Option(
      names = "--from-failed",
      description = "Of a flow, run only the nodes that did not succeed, and all nodes after them.")
  private boolean fromFailed;

  @Override
  public Integer call() {
    if (instance.isMany()) {
      if (fromFailed) {
        throw UserException.usage("--from-failed works on one instance, not on --all");
      }
      return instance.callForMany("retry", "retried");
    }
    SchedulerClient client = instance.client();
    ObjectNode body = fromFailed ? client.json().createObjectNode().put("mode", "failed") : null;
    JsonNode created =
        client.post(instance.path() + "/retry", body, UUID.randomUUID().toString()).body();
    CommandOutput view = instance.view();
    if (instance.isJson()) {
      view.print(created);
    } else {
      view.print(created.path("id").asText());
    }
    return ExitCode.OK;
  }
}
