package dev.orrery.cli;

import dev.orrery.cli.apply.ApplyCommand;
import dev.orrery.cli.client.ApiProblem;
import dev.orrery.cli.demo.DemoCommand;
import dev.orrery.cli.demo.UpCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IExecutionExceptionHandler;

/** The command line of Orrery. */
@Command(
    name = "orrery",
    description = "A job scheduler: one scheduler service, worker agents, one agreed protocol.",
    subcommands = {DemoCommand.class, UpCommand.class, ApplyCommand.class},
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {

  /** A failure that the user can mend: its message, and nothing else, is printed. */
  public static final class UserError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public UserError(String message) {
      super(message);
    }
  }

  /** Prints what {@code --version} asks for. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"orrery " + Main.version()};
    }
  }

  public static void main(String... args) {
    System.exit(commandLine().execute(args));
  }

  static CommandLine commandLine() {
    CommandLine commandLine = new CommandLine(new Main());
    commandLine.setExecutionExceptionHandler(readable());
    return commandLine;
  }

  /** The version of this build; "dev" where it does not run from its jar. */
  public static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }

  private static IExecutionExceptionHandler readable() {
    return (failure, command, parsed) -> {
      if (failure instanceof UserError || failure instanceof ApiProblem) {
        command.getErr().println(command.getColorScheme().errorText(failure.getMessage()));
        return 1;
      }
      throw failure;
    };
  }
}
