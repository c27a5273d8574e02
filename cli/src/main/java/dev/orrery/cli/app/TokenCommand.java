package dev.orrery.cli.app;

import static java.time.temporal.ChronoUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.TimeSpan;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;
import java.time.Duration;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery token}: creates, lists and revokes the tokens of an app. */
@Command(
    name = "token",
    description = "Creates, lists and revokes the tokens of an app. Needs an operator's token.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class TokenCommand {
  @Spec private CommandSpec spec;

  @Command(
      name = "create",
      description =
          "Creates a token and prints it, and nothing else, to standard output. It is never shown"
              + " again.",
      mixinStandardHelpOptions = true)
  int create(
      @Option(
              names = "--role",
              required = true,
              paramLabel = "ROLE",
              description =
                  "'worker' for agents and SDK workers, 'declare' for applications that declare"
                      + " their jobs, 'operator' or 'viewer'.")
          String role,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description = "A name for the list of tokens, such as billing-agents.")
          String name,
      @Option(
              names = "--expires",
              paramLabel = "TIME",
              converter = TimeSpan.class,
              description =
                  "The token stops to work after this time, such as 12h or 30d. Without it, it works"
                      + " until it is revoked.")
          Duration expires,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    ObjectNode request = client.json().createObjectNode().put("role", role);
    if (name != null) {
      request.put("name", name);
    }
    if (expires != null) {
      request.put("expiresAt", Instant.now().plus(expires).truncatedTo(SECONDS).toString());
    }
    JsonNode created = client.post(app.path(client) + "/tokens", request).body();
    output.print(
        spec.commandLine(),
        created,
        view -> {
          view.note(
              "token "
                  + created.path("id").asText()
                  + ", role "
                  + created.path("role").asText()
                  + (created.hasNonNull("expiresAt")
                      ? ", expires " + view.times().when(created.path("expiresAt").asText())
                      : ""));
          view.print(created.path("token").asText());
        });
    return ExitCode.OK;
  }

  @Command(
      name = "list",
      description =
          "Lists the tokens of an app that are not revoked, oldest first, without their secrets.",
      mixinStandardHelpOptions = true)
  int list(@Mixin AppOptions app, @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    JsonNode tokens = PageReader.read(client, app.path(client) + "/tokens", Integer.MAX_VALUE);
    output.print(
        spec.commandLine(), tokens, view -> view.print(tokensTable(tokens.path("items"), view)));
    return ExitCode.OK;
  }

  @Command(
      name = "revoke",
      description = "Revokes a token. All replicas refuse it within five seconds.",
      mixinStandardHelpOptions = true)
  int revoke(
      @Parameters(paramLabel = "ID", description = "Of the token, from 'token list'.") String id,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    client.delete(
        app.path(client)
            + "/tokens/"
            + SchedulerClient.encodedId(id, "./orrery token list shows it."));
    output.print(
        spec.commandLine(),
        client.json().createObjectNode().put("id", id),
        view -> view.print("token " + id + " revoked"));
    return ExitCode.OK;
  }

  private static TextTable tokensTable(JsonNode items, CommandOutput view) {
    TextTable table =
        new TextTable("TOKEN", "ROLE", "CREATED", "EXPIRES", "NAME").dropping("CREATED");
    for (JsonNode token : items) {
      table.add(
          TableCell.of(token.path("id").asText()),
          TableCell.of(token.path("role").asText()),
          TableCell.of(view.times().ago(token.path("createdAt").asText())),
          expiry(token, view),
          TableCell.of(token.path("name").asText("")));
    }
    return table;
  }

  private static TableCell expiry(JsonNode token, CommandOutput view) {
    if (!token.hasNonNull("expiresAt")) {
      return TableCell.of("-");
    }
    String expiresAt = token.path("expiresAt").asText();
    return view.times().isPast(expiresAt)
        ? new TableCell("expired " + view.times().ago(expiresAt), TextColour.RED)
        : TableCell.of(view.times().when(expiresAt));
  }
}
