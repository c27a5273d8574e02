package dev.orrery.cli.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.apply.DocumentFile;
import dev.orrery.cli.client.AppOptions;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.CommandOutput;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;
import dev.orrery.protocol.text.BoundedText;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery webhook}: creates, lists, tests and deletes the webhooks of an app. */
@Command(
    name = "webhook",
    description = "Creates, lists, tests and deletes the webhooks of an app.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class WebhookCommand {
  /** So that the URL stays on the screen; the deliveries show the whole reason. */
  private static final int MAX_REASON = 60;

  private static final String NAME = "Of the webhook.";

  @Spec private CommandSpec spec;

  @Command(
      name = "put",
      description = "Creates or updates a webhook. Prints the secret of a new one, once.",
      mixinStandardHelpOptions = true)
  int put(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(
              names = {"-f", "--file"},
              required = true,
              paramLabel = "FILE",
              description = "The document, as YAML or JSON; '-' for standard input.")
          Path file,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    JsonNode document = DocumentFile.read(file).root();
    SchedulerClient client = app.client();
    SchedulerClient.Answer answer = client.put(path(app, client, name), document);
    output.print(
        spec.commandLine(),
        answer.body(),
        view -> {
          view.note("webhook " + name + (answer.status() == 201 ? " created" : " updated"));
          if (answer.body().hasNonNull("secret")) {
            view.print(answer.body().path("secret").asText());
          }
          if (answer.status() == 201) {
            view.note("Send a test message: orrery webhook test " + name);
          }
        });
    return ExitCode.OK;
  }

  @Command(
      name = "list",
      description = "Lists the webhooks of an app, by name.",
      mixinStandardHelpOptions = true)
  int list(@Mixin AppOptions app, @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    JsonNode webhooks = PageReader.read(client, app.path(client) + "/webhooks", Integer.MAX_VALUE);
    output.print(
        spec.commandLine(), webhooks, view -> view.print(webhooksTable(webhooks.path("items"))));
    return ExitCode.OK;
  }

  @Command(
      name = "delete",
      description = "Deletes a webhook. Messages that wait for it are not sent.",
      mixinStandardHelpOptions = true)
  int delete(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    client.delete(path(app, client, name));
    output.print(
        spec.commandLine(),
        client.json().createObjectNode().put("name", name),
        view -> view.print("webhook " + name + " deleted"));
    return ExitCode.OK;
  }

  @Command(
      name = "test",
      description = "Sends the event 'test', and prints the id of its delivery.",
      mixinStandardHelpOptions = true)
  int test(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    JsonNode queued = client.post(path(app, client, name) + "/test", null).body();
    output.print(spec.commandLine(), queued, view -> view.print(queued.path("id").asText()));
    return ExitCode.OK;
  }

  @Command(
      name = "rotate",
      description = "Makes a new secret and prints it, once. For 24 hours both secrets sign.",
      mixinStandardHelpOptions = true)
  int rotate(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    JsonNode rotated = client.post(path(app, client, name) + "/secret", null).body();
    output.print(spec.commandLine(), rotated, view -> view.print(rotated.path("secret").asText()));
    return ExitCode.OK;
  }

  @Command(
      name = "deliveries",
      description = "Lists messages to a webhook, newest first, with their tries and errors.",
      mixinStandardHelpOptions = true)
  int deliveries(
      @Parameters(paramLabel = "NAME", description = NAME) String name,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "20",
              description = "How many; default: ${DEFAULT-VALUE}.")
          int limit,
      @Mixin AppOptions app,
      @Mixin OutputOptions output) {
    SchedulerClient client = app.client();
    JsonNode deliveries = PageReader.read(client, path(app, client, name) + "/deliveries", limit);
    output.print(
        spec.commandLine(),
        deliveries,
        view -> view.print(deliveriesTable(deliveries.path("items"), view)));
    return ExitCode.OK;
  }

  private static String path(AppOptions app, SchedulerClient client, String name) {
    return app.path(client) + "/webhooks/" + SchedulerClient.encoded(name);
  }

  private static TableCell status(JsonNode webhook) {
    JsonNode status = webhook.path("status");
    if (!webhook.path("enabled").asBoolean(true)) {
      return new TableCell(withReason("disabled", status, "disabledReason"), TextColour.YELLOW);
    }
    return status.hasNonNull("lastError")
        ? new TableCell(withReason("failing", status, "lastError"), TextColour.RED)
        : new TableCell("enabled", TextColour.GREEN);
  }

  private static String withReason(String state, JsonNode status, String field) {
    String reason = status.path(field).asText("");
    return reason.isEmpty() ? state : state + ": " + BoundedText.abbreviate(reason, MAX_REASON);
  }

  private static TableCell state(String state) {
    return switch (state) {
      case "DELIVERED" -> new TableCell(state, TextColour.GREEN);
      case "GIVEN_UP" -> new TableCell(state, TextColour.RED);
      default -> TableCell.of(state);
    };
  }

  private static String last(JsonNode delivery) {
    String status = delivery.hasNonNull("status") ? delivery.path("status").asText() : "";
    String error = delivery.path("error").asText("");
    return (status + " " + error).strip();
  }

  private static TextTable webhooksTable(JsonNode items) {
    TextTable table =
        new TextTable("WEBHOOK", "FORMAT", "STATUS", "EVENTS", "JOBS", "URL")
            .dropping("JOBS", "EVENTS");
    for (JsonNode webhook : items) {
      table.add(
          TableCell.of(webhook.path("name").asText()),
          TableCell.of(webhook.path("format").asText("json")),
          status(webhook),
          TableCell.ofNames(webhook.path("events")),
          webhook.hasNonNull("jobs")
              ? TableCell.ofNames(webhook.path("jobs"))
              : TableCell.of("all"),
          TableCell.of(webhook.path("url").asText()));
    }
    return table;
  }

  private static TextTable deliveriesTable(JsonNode items, CommandOutput view) {
    TextTable table =
        new TextTable("DELIVERY", "EVENT", "STATE", "TRIES", "CREATED", "LAST")
            .dropping("CREATED", "TRIES");
    for (JsonNode delivery : items) {
      table.add(
          TableCell.of(delivery.path("id").asText()),
          TableCell.of(delivery.path("event").asText()),
          state(delivery.path("state").asText()),
          TableCell.of(delivery.path("attempts").asText()),
          TableCell.of(view.times().ago(delivery.path("createdAt").asText())),
          TableCell.of(last(delivery)));
    }
    return table;
  }
}
