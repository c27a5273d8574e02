package dev.orrery.cli.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ApiException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.instance.PageReader;
import dev.orrery.cli.view.OutputOptions;
import dev.orrery.cli.view.TableCell;
import dev.orrery.cli.view.TextColour;
import dev.orrery.cli.view.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code orrery app}: lists, creates and deletes apps. */
@Command(
    name = "app",
    description = "Lists, creates and deletes apps. An app owns jobs, tokens and workers.",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class AppCommand {
  @Spec private CommandSpec spec;

  @Command(
      name = "list",
      description = "Lists the apps that the token may see, by name.",
      mixinStandardHelpOptions = true)
  int list(@Mixin ClientOptions options, @Mixin OutputOptions output) {
    JsonNode apps = PageReader.read(options.client(), "/apps", Integer.MAX_VALUE);
    output.print(spec.commandLine(), apps, view -> view.print(appsTable(apps.path("items"))));
    return ExitCode.OK;
  }

  @Command(
      name = "create",
      description = "Creates an app, or updates its description. Needs the admin token.",
      mixinStandardHelpOptions = true)
  int create(
      @Parameters(
              paramLabel = "APP",
              completionCandidates = CompletionNames.Apps.class,
              description = "Its name.")
          String name,
      @Option(
              names = "--description",
              paramLabel = "TEXT",
              description = "What the app is for; at most 1000 characters.")
          String description,
      @Mixin ClientOptions options,
      @Mixin OutputOptions output) {
    SchedulerClient client = options.client();
    ObjectNode document = client.json().createObjectNode();
    if (description != null) {
      document.put("description", description);
    }
    SchedulerClient.Answer answer = client.put(SchedulerClient.appPath(name), document);
    output.print(
        spec.commandLine(),
        answer.body(),
        view -> view.print("app " + name + (answer.status() == 201 ? " created" : " updated")));
    return ExitCode.OK;
  }

  @Command(
      name = "delete",
      description = {
        "Deletes an app. Needs the admin token.",
        "An app that is not empty is deleted only with --with-contents."
      },
      mixinStandardHelpOptions = true)
  int delete(
      @Parameters(
              paramLabel = "APP",
              completionCandidates = CompletionNames.Apps.class,
              description = "Its name.")
          String name,
      @Option(
              names = "--with-contents",
              paramLabel = "APP",
              completionCandidates = CompletionNames.Apps.class,
              description =
                  "Delete its jobs, webhooks and tokens with it, and cancel its active instances;"
                      + " confirm it with the name of the app again.")
          String confirmation,
      @Mixin ClientOptions options,
      @Mixin OutputOptions output) {
    if (confirmation != null && !confirmation.equals(name)) {
      throw UserException.usage(
          "--with-contents names '" + confirmation + "', and the app is '" + name + "'.");
    }
    SchedulerClient client = options.client();
    try {
      client.delete(
          SchedulerClient.appPath(name) + (confirmation == null ? "" : "?withContents=true"));
    } catch (ApiException e) {
      if (e.code().equals("APP_NOT_EMPTY")) {
        throw new ApiException(
            e.problem(),
            e.getMessage().replace("add ?withContents=true", "add --with-contents " + name));
      }
      throw e;
    }
    output.print(
        spec.commandLine(),
        client.json().createObjectNode().put("name", name),
        view -> view.print("app " + name + " deleted"));
    return ExitCode.OK;
  }

  private static TextTable appsTable(JsonNode items) {
    TextTable table = new TextTable("APP", "STATUS", "DESCRIPTION");
    for (JsonNode app : items) {
      table.add(
          TableCell.of(app.path("name").asText()),
          app.path("paused").asBoolean()
              ? new TableCell("paused", TextColour.YELLOW)
              : new TableCell("active", TextColour.GREEN),
          TableCell.of(app.path("description").asText()));
    }
    return table;
  }
}
