package dev.orrery.cli.instance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.TimeSpan;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.ConfirmOptions;
import dev.orrery.cli.view.OutputOptions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The arguments of a command for one instance or for all instances that a filter selects. */
final class TargetOptions {
  private static final BulkCall.Counts NONE = new BulkCall.Counts(0, 0);

  @Parameters(paramLabel = "ID", arity = "0..1", description = "ID of the instance.")
  private String id;

  @Option(
      names = "--all",
      description = "All instances of the app that the options below select, instead of one.")
  private boolean all;

  @Mixin private FilterOptions filter;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      converter = TimeSpan.class,
      description = "Only instances that were created within this time, such as 30m, 2h or 7d.")
  private Duration since;

  @Option(names = "--dry-run", description = "Only count the instances.")
  private boolean dryRun;

  @Mixin private ConfirmOptions confirmation;
  @Mixin private AppOptions app;
  @Mixin private OutputOptions output;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command;

  /**
   * Returns true if a filter selects the instances.
   *
   * @throws UserException if the selection is ambiguous
   */
  boolean isMany() {
    if (all && id != null) {
      throw UserException.usage("--all and an ID exclude each other");
    }
    if (!all && id == null) {
      throw UserException.usage(
          "Give the ID of an instance, or --all with options that select some");
    }
    if (!all && (dryRun || confirmation.isConfirmed() || since != null || !filter.isEmpty())) {
      throw UserException.usage("Options that select instances need --all");
    }
    return all;
  }

  String id() {
    return id;
  }

  String path() {
    return InstancePath.of(id);
  }

  SchedulerClient client() {
    return app.client();
  }

  boolean isJson() {
    return output.isJson();
  }

  CommandOutput view() {
    return output.view(command.commandLine());
  }

  /**
   * Changes all selected instances, after the user has agreed to their number.
   *
   * @param operation such as {@code cancel}
   * @param done the result in words, such as {@code canceled}
   */
  int callForMany(String operation, String done) {
    if (!dryRun) {
      confirmation.requireAnswerable(
          "'" + operation + " --all' can change many instances", ", or --dry-run to count them");
    }
    SchedulerClient client = client();
    BulkCall call = new BulkCall(client, app.name(client), operation, selection(client));
    BulkCall.Counts counts =
        dryRun ? new BulkCall.Counts(call.count(), 0) : confirmed(call) ? call.call() : NONE;
    CommandOutput view = view();
    if (isJson()) {
      view.print(
          client
              .json()
              .createObjectNode()
              .put("matched", counts.matched())
              .put("changed", counts.changed()));
    } else {
      view.print(
          dryRun
              ? BulkCall.instances(counts.matched()) + " would be " + done
              : BulkCall.instances(counts.changed())
                  + " "
                  + done
                  + rest(counts.matched() - counts.changed()));
    }
    return ExitCode.OK;
  }

  private ObjectNode selection(SchedulerClient client) {
    ObjectNode body = client.json().createObjectNode();
    filter.addTo(body);
    if (since != null) {
      body.put("createdFrom", Instant.now().minus(since).truncatedTo(ChronoUnit.MILLIS).toString());
    }
    if (body.isEmpty()) {
      body.put("all", true);
    }
    return body;
  }

  /**
   * Returns false if there is nothing to ask about.
   *
   * @throws UserException if the user does not agree
   */
  private boolean confirmed(BulkCall call) {
    if (confirmation.isConfirmed()) {
      return true;
    }
    int count = call.count();
    if (count > 0) {
      confirmation.ask(
          (call.operation().equals("cancel") ? "Cancel " : "Retry ")
              + BulkCall.instances(count)
              + " of app "
              + call.app()
              + "?",
          view());
    }
    return count > 0;
  }

  private static String rest(int unchanged) {
    return unchanged == 0 ? "" : "; " + unchanged + " had changed in the meantime";
  }
}
