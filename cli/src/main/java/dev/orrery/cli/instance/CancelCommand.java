package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code orrery cancel}: cancels one instance, or all instances that a filter selects. */
@Command(
    name = "cancel",
    description =
        "Cancels an instance. A waiting one ends at once; the worker of a running one is asked to"
            + " stop it. A flow first runs its nodes with 'when: ended'; a second cancel stops them,"
            + " too. With --all, cancels all instances that are selected, after it has asked.",
    mixinStandardHelpOptions = true)
public final class CancelCommand implements Callable<Integer> {
  @Mixin private TargetOptions instance;

  @Override
  public Integer call() {
    if (instance.isMany()) {
      return instance.callForMany("cancel", "canceled");
    }
    SchedulerClient client = instance.client();
    JsonNode result = client.post(instance.path() + "/cancel", null).body();
    JsonNode canceled = client.get(instance.path()).body();
    CommandOutput view = instance.view();
    if (instance.isJson()) {
      view.print(canceled);
    } else if (InstanceText.isTerminal(canceled)) {
      view.print(instance.id() + " is " + InstanceText.text(canceled, "state"));
    } else {
      view.print(
          instance.id()
              + " is still running: "
              + (InstanceText.text(result, "effect").equals("ENDED_NODES_CANCELED")
                  ? "no more of its nodes start, and those with 'when: ended' are canceled, too"
                  : stopping(canceled)));
    }
    return ExitCode.OK;
  }

  private static String stopping(JsonNode instance) {
    if (instance.hasNonNull("nodes")) {
      return "no more of its nodes start, except those with 'when: ended', and it ends after those"
          + " that run";
    }
    if (instance.hasNonNull("parts")) {
      return "no more parts are made, and it ends when the others are canceled";
    }
    return "its worker was asked to stop it, and it is canceled after the grace period at the"
        + " latest";
  }
}
