package dev.orrery.cli;

import dev.orrery.cli.app.AppCommand;
import dev.orrery.cli.app.PowerJobCommand;
import dev.orrery.cli.app.TokenCommand;
import dev.orrery.cli.apply.ApplyCommand;
import dev.orrery.cli.archive.ArchiveCommand;
import dev.orrery.cli.console.ConsoleCommand;
import dev.orrery.cli.demo.DemoCommand;
import dev.orrery.cli.demo.StopCommand;
import dev.orrery.cli.demo.UpCommand;
import dev.orrery.cli.instance.CancelCommand;
import dev.orrery.cli.instance.GetCommand;
import dev.orrery.cli.instance.LogsCommand;
import dev.orrery.cli.instance.PartsCommand;
import dev.orrery.cli.instance.PsCommand;
import dev.orrery.cli.instance.RetryCommand;
import dev.orrery.cli.instance.RunCommand;
import dev.orrery.cli.instance.TreeCommand;
import dev.orrery.cli.job.BackfillCommand;
import dev.orrery.cli.job.DeleteCommand;
import dev.orrery.cli.job.ExportCommand;
import dev.orrery.cli.job.JobsCommand;
import dev.orrery.cli.job.NextCommand;
import dev.orrery.cli.job.PauseCommand;
import dev.orrery.cli.job.ResumeCommand;
import dev.orrery.cli.job.VersionsCommand;
import dev.orrery.cli.status.DoctorCommand;
import dev.orrery.cli.status.StatusCommand;
import dev.orrery.cli.webhook.WebhookCommand;
import dev.orrery.cli.worker.WorkersCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command line of Orrery. */
@Command(
    name = "orrery",
    description = "A job scheduler: one scheduler service, worker agents, one agreed protocol.",
    footer = {
      "",
      "Remote schedulers: set ORRERY_URL and ORRERY_TOKEN (and ORRERY_APP).",
      "Exit codes: 0 done, 1 the run failed or the call was refused, 2 usage, 3 no scheduler answers."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  /** The JVM's replacement for bytes of an argument that the locale's charset cannot decode. */
  private static final char UNREADABLE = '\uFFFD';

  private static final Map<String, Supplier<Object>> COMMANDS = new LinkedHashMap<>();

  static {
    COMMANDS.put("demo", DemoCommand::new);
    COMMANDS.put("up", UpCommand::new);
    COMMANDS.put("stop", StopCommand::new);
    COMMANDS.put("apply", ApplyCommand::new);
    COMMANDS.put("export", ExportCommand::new);
    COMMANDS.put("delete", DeleteCommand::new);
    COMMANDS.put("jobs", JobsCommand::new);
    COMMANDS.put("next", NextCommand::new);
    COMMANDS.put("versions", VersionsCommand::new);
    COMMANDS.put("pause", PauseCommand::new);
    COMMANDS.put("resume", ResumeCommand::new);
    COMMANDS.put("run", RunCommand::new);
    COMMANDS.put("ps", PsCommand::new);
    COMMANDS.put("get", GetCommand::new);
    COMMANDS.put("tree", TreeCommand::new);
    COMMANDS.put("parts", PartsCommand::new);
    COMMANDS.put("logs", LogsCommand::new);
    COMMANDS.put("cancel", CancelCommand::new);
    COMMANDS.put("retry", RetryCommand::new);
    COMMANDS.put("backfill", BackfillCommand::new);
    COMMANDS.put("workers", WorkersCommand::new);
    COMMANDS.put("app", AppCommand::new);
    COMMANDS.put("powerjob", PowerJobCommand::new);
    COMMANDS.put("token", TokenCommand::new);
    COMMANDS.put("webhook", WebhookCommand::new);
    COMMANDS.put("console", ConsoleCommand::new);
    COMMANDS.put("status", StatusCommand::new);
    COMMANDS.put("doctor", DoctorCommand::new);
    COMMANDS.put("completion", CompletionCommand::new);
    COMMANDS.put("archive", ArchiveCommand::new);
    COMMANDS.put("bench", BenchCommand::new);
  }

  /** Prints the output of {@code --version}. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"orrery " + Main.version()};
    }
  }

  public static void main(String... args) {
    StandardOutput out = new StandardOutput(new FileOutputStream(FileDescriptor.out));
    StandardOutput err = new StandardOutput(new FileOutputStream(FileDescriptor.err));
    System.exit(execute(out, err, args));
  }

  private static int execute(StandardOutput out, StandardOutput err, String... args) {
    VariablesCheck.warnings(System.getenv()).forEach(err.writer()::println);
    CommandLine commandLine = commandLine(args);
    commandLine.setOut(out.writer());
    commandLine.setErr(err.writer());
    for (String word : args) {
      if (word.indexOf(UNREADABLE) >= 0) {
        return ErrorOutput.usage(
            commandLine,
            args,
            "'"
                + word
                + "' cannot be read as text in this locale. Write it in UTF-8, and set"
                + " LC_ALL=C.UTF-8.");
      }
    }
    int exitCode = commandLine.execute(args);
    return out.lost()
        .map(why -> ErrorOutput.lost(commandLine, args, exitCode, why))
        .orElse(exitCode);
  }

  /**
   * Returns the command line with all commands, or only with the called one, which starts faster.
   */
  static CommandLine commandLine(String... args) {
    CommandLine commandLine = new CommandLine(new Main());
    String called = args.length == 0 ? "" : args[0];
    COMMANDS.forEach(
        (name, command) -> {
          if (!COMMANDS.containsKey(called) || name.equals(called)) {
            commandLine.addSubcommand(name, command.get());
          }
        });
    if (!COMMANDS.containsKey(called)) {
      commandLine.addSubcommand("help", new HelpCommand());
    }
    setVersion(commandLine);
    // An argument that begins with @ is text, not a file of arguments.
    commandLine.setExpandAtFiles(false);
    ErrorOutput errors = new ErrorOutput();
    commandLine.setExecutionExceptionHandler(errors);
    commandLine.setParameterExceptionHandler(errors);
    return commandLine;
  }

  /**
   * Copies the version to all commands: picocli adds {@code --version} to each, but the version
   * only to its owner.
   */
  private static void setVersion(CommandLine commandLine) {
    commandLine.getCommandSpec().versionProvider(new Version());
    commandLine.getSubcommands().values().forEach(Main::setVersion);
  }

  /** Returns the version of this build; "dev" if it does not run from its jar. */
  public static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
