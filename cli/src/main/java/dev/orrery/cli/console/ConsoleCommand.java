package dev.orrery.cli.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code orrery console}: prints the address of the web console. */
@Command(
    name = "console",
    description =
        "Prints the address of the web console. For a scheduler on this machine, the address signs"
            + " a browser in with the rights of the token, once and within a minute.",
    mixinStandardHelpOptions = true)
public final class ConsoleCommand implements Callable<Integer> {
  @Mixin private ClientOptions options;
  @Mixin private OutputOptions output;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    SchedulerClient client = options.client();
    CommandOutput view = output.view(spec.commandLine());
    ConsoleLink link = link(client, view);
    if (output.isJson()) {
      ObjectNode json = client.json().createObjectNode().put("url", link.url());
      view.print(json.put("expiresAt", link.expiresAt()));
    } else {
      view.print(link.url());
      if (link.expiresAt() != null) {
        view.note("Open it within a minute; it works once.");
      }
    }
    return ExitCode.OK;
  }

  private static ConsoleLink link(SchedulerClient client, CommandOutput view) {
    try {
      return ConsoleLink.create(client);
    } catch (ApiException e) {
      if (!e.code().equals("FORBIDDEN")) {
        throw e;
      }
      view.note(e.problem().path("detail").asText());
      return ConsoleLink.withoutSecret(client);
    }
  }
}
