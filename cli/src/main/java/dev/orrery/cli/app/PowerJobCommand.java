package dev.orrery.cli.app;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.ExitCode;
import dev.orrery.cli.GivenFile;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions;
import dev.orrery.cli.client.CompletionNames;
import dev.orrery.cli.client.SchedulerClient;
import dev.orrery.cli.powerjob.ImportCommand;
import dev.orrery.cli.view.OutputOptions;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code orrery powerjob}: opens and closes apps for PowerJob workers and clients, and imports
 * jobs.
 */
@Command(
    name = "powerjob",
    description =
        "Opens and closes apps for PowerJob workers and clients, and imports PowerJob's jobs.",
    subcommands = ImportCommand.class,
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class PowerJobCommand {
  private static final int MAX_PASSWORD_BYTES = 4096;

  @Spec private CommandSpec spec;

  @Command(
      name = "open",
      description = {
        "Opens an app to PowerJob workers, and with a password to clients. Needs the role"
            + " operator.",
        "Workers send no secret: any host in the scheduler's orrery.powerjob.allowed-networks can"
            + " then join the app as a worker."
      },
      mixinStandardHelpOptions = true)
  int open(
      @Parameters(
              paramLabel = "APP",
              completionCandidates = CompletionNames.Apps.class,
              description = "Its name.")
          String app,
      @Option(
              names = "--name",
              paramLabel = "NAME",
              description =
                  "The name by which PowerJob workers ask for it, their appName; default: that of"
                      + " the app.")
          String name,
      @Option(
              names = "--password-file",
              paramLabel = "FILE",
              description =
                  "A file with the password of PowerJob clients, 8 to 200 characters; - reads"
                      + " standard input. Without it, the app keeps the password that it has.")
          Path passwordFile,
      @Option(
              names = "--reads-without-number",
              negatable = true,
              description =
                  "Answers fetchInstanceStatus and fetchInstanceInfo of clients of 4.x. They send"
                      + " no secret with these calls, so anyone in the networks who guesses the id"
                      + " of a run can read it. --no-reads-without-number turns it off.")
          Boolean readsWithoutNumber,
      @Mixin ClientOptions options,
      @Mixin OutputOptions output) {
    SchedulerClient client = options.client();
    ObjectNode document = client.json().createObjectNode();
    if (name != null) {
      document.put("name", name);
    }
    if (passwordFile != null) {
      document.put("password", password(new GivenFile(passwordFile)));
    }
    if (readsWithoutNumber != null) {
      document.put("readsWithoutNumber", readsWithoutNumber);
    }
    JsonNode opened = client.put(path(app), document).body();
    output.print(
        spec.commandLine(),
        opened,
        view -> {
          view.print(
              "app "
                  + app
                  + (opened.path("hasPassword").asBoolean()
                      ? " is open to PowerJob workers and clients with appName "
                      : " is open to PowerJob workers with appName ")
                  + opened.path("name").asText());
          if (opened.hasNonNull("requestedName")) {
            String requested = opened.path("requestedName").asText();
            view.print(
                "The appName "
                    + requested
                    + " is not that of the app, and waits for an admin to confirm it: ./orrery"
                    + " powerjob open "
                    + app
                    + " --name "
                    + requested);
          }
          if (!opened.path("enabled").asBoolean()) {
            view.print("None can join yet: set orrery.powerjob.enabled=true on the scheduler.");
          }
        });
    return ExitCode.OK;
  }

  private static String password(GivenFile file) {
    String password = file.read(MAX_PASSWORD_BYTES).stripTrailing();
    if (password.isEmpty()) {
      throw UserException.usage(file.name() + " is empty. Write the password to it.");
    }
    return password;
  }

  @Command(
      name = "close",
      description = {
        "Closes an app for PowerJob workers and clients. Needs the role operator.",
        "Workers get no more runs; those that they have may end. Clients get no answers."
      },
      mixinStandardHelpOptions = true)
  int close(
      @Parameters(
              paramLabel = "APP",
              completionCandidates = CompletionNames.Apps.class,
              description = "Its name.")
          String app,
      @Mixin ClientOptions options,
      @Mixin OutputOptions output) {
    SchedulerClient client = options.client();
    client.delete(path(app));
    output.print(
        spec.commandLine(),
        client.json().createObjectNode().put("name", app),
        view -> view.print("app " + app + " is closed for PowerJob workers and clients"));
    return ExitCode.OK;
  }

  private static String path(String app) {
    return SchedulerClient.appPath(app) + "/powerjob";
  }
}
