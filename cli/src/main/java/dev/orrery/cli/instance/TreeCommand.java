package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.TableCell;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code orrery tree}: shows a flow with its nodes, or a fan-out with its parts. */
@Command(
    name = "tree",
    description =
        "Shows a flow with all its nodes, or a fan-out with the count of parts by state and up to"
            + " 20 parts, failed ones first. With --watch the exit code is 0 if the instance"
            + " succeeded, and 1 otherwise.",
    mixinStandardHelpOptions = true)
public final class TreeCommand implements Callable<Integer> {
  /** The time between two looks, in milliseconds. */
  private static final long PERIOD = 1_000;

  @Option(
      names = "--watch",
      description =
          "Repeat every second until the instance has ended; a file or a pipe gets the changes,"
              + " line by line.")
  private boolean watch;

  @Mixin private InstanceOptions instance;

  @Override
  public Integer call() throws InterruptedException {
    if (watch && instance.isJson()) {
      throw UserException.usage("--watch does not work with -o json; call tree repeatedly instead");
    }
    SchedulerClient client = instance.client();
    if (watch) {
      return watch(client);
    }
    InstanceTree tree = read(client);
    if (instance.isJson()) {
      instance.view().print(json(tree, client));
    } else {
      show(tree, instance.view());
    }
    return ExitCode.OK;
  }

  private static JsonNode json(InstanceTree tree, SchedulerClient client) {
    ObjectNode json = (ObjectNode) tree.instance();
    json.set("firstParts", client.json().createArrayNode().addAll(tree.parts()));
    if (!tree.nodes().all().isEmpty()) {
      json.set("allNodes", client.json().createArrayNode().addAll(tree.nodes().all()));
    }
    return json;
  }

  private InstanceTree read(SchedulerClient client) {
    InstanceTree tree = InstanceTree.read(client, instance.path());
    if (tree.instance().hasNonNull("part")) {
      throw new UserException(
          "Instance "
              + instance.id()
              + " is part "
              + InstanceText.place(tree.instance())
              + ": ./orrery tree "
              + InstanceText.text(tree.instance(), "parent"));
    }
    return tree;
  }

  private int watch(SchedulerClient client) throws InterruptedException {
    CommandOutput first = instance.view();
    OutageRetry retrying = new OutageRetry(first::note);
    TreeChanges changes = new TreeChanges(instance.id());
    try (InterruptNotice interrupted = new InterruptNotice(instance.id(), first)) {
      interrupted.start();
      while (!first.isGone()) {
        try {
          InstanceTree tree = read(client);
          retrying.answered();
          CommandOutput view = instance.view();
          if (view.terminal().isTerminal()) {
            view.clear();
            show(tree, view);
          } else {
            changes.since(tree).forEach(view::print);
          }
          if (InstanceText.isTerminal(tree.instance())) {
            return InstanceText.succeeded(tree.instance()) ? ExitCode.OK : ExitCode.FAILED;
          }
          TimeUnit.MILLISECONDS.sleep(PERIOD);
        } catch (ApiException e) {
          retrying.failed(e);
        }
      }
    }
    return ExitCode.OK;
  }

  private void show(InstanceTree tree, CommandOutput view) {
    JsonNode shown = tree.instance();
    view.field("instance", TableCell.of(InstanceText.text(shown, "id")));
    view.field(
        "job",
        TableCell.of(
            InstanceText.text(shown, "job") + " (app " + InstanceText.text(shown, "app") + ")"));
    view.field("state", InstanceText.state(shown));
    view.field("waits", TableCell.of(InstanceText.waitingFor(shown, view.times())));
    view.field("node", TableCell.of(InstanceText.place(shown)));
    if (shown.hasNonNull("nodes")) {
      view.field("nodes", TableCell.of(CountsText.ofNodes(shown.path("nodes")).full()));
      view.field("ending", TableCell.of(tree.ending()));
    } else if (shown.hasNonNull("parts")) {
      view.field("parts", TableCell.of(CountsText.ofParts(shown.path("parts")).full()));
    } else if (tree.nodes().all().isEmpty()) {
      view.field("parts", TableCell.of("none"));
    }
    view.field("ran", TableCell.of(InstanceText.ran(shown, view.times())));
    view.field("error", TableCell.of(InstanceText.text(shown, "error")));
    if (!tree.parts().isEmpty()) {
      view.print("");
      view.print(PartTable.of(tree.parts(), view));
    }
    if (!tree.nodes().all().isEmpty()) {
      view.print("");
      view.print(NodeTable.of(tree.nodes(), view));
    }
    if (tree.further() > 0) {
      view.print("… and " + tree.further() + " more: ./orrery parts " + instance.id());
    }
    view.out().flush();
  }
}
