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
import dev.orrery.cli.view.ProgramVersion;
import dev.orrery.cli.webhook.WebhookCommand;
import dev.orrery.cli.worker.WorkersCommand;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.nio.file.Path;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The main class of the command line: registers all commands and runs the given one. */
@Command(
    name = "orrery",
    description = {
      "Runs jobs at their times on your machines: a scheduler decides what runs when and where, and"
          + " workers run it."
    },
    footer = {
      "",
      "Examples:",
      "  ./orrery up                             start a scheduler and an agent here",
      "  ./orrery apply -f jobs.yaml             create and change jobs",
      "  ./orrery run nightly --follow           run one now, and print its log",
      "  ./orrery ps --state FAILED --since 1d   what failed since yesterday",
      "  ./orrery doctor                         why does it not work?",
      "",
      "Exit codes:",
      "  0  done; with 'run --wait' or '--follow', the run succeeded",
      "  1  the run failed, or the scheduler refused the call",
      "  2  the command line, a file or the environment is not valid",
      "  3  no scheduler answered",
      "",
      "Remote schedulers: set ORRERY_URL, ORRERY_TOKEN and ORRERY_APP.",
      "Pages: https://orrery.dev, or docs/; docs/cli.md has all of these commands."
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND")
public final class Main {
  /** The JVM's replacement for bytes of an argument that the locale's charset cannot decode. */
  private static final char UNREADABLE = '\uFFFD';

  private static final CommandGroups COMMANDS =
      new CommandGroups()
          .group("Try it on this machine")
          .add("demo", DemoCommand::new)
          .add("up", UpCommand::new)
          .add("stop", StopCommand::new)
          .group("Jobs")
          .add("apply", ApplyCommand::new)
          .add("export", ExportCommand::new)
          .add("delete", DeleteCommand::new)
          .add("jobs", JobsCommand::new)
          .add("next", NextCommand::new)
          .add("versions", VersionsCommand::new)
          .add("pause", PauseCommand::new)
          .add("resume", ResumeCommand::new)
          .add("backfill", BackfillCommand::new)
          .group("Runs")
          .add("run", RunCommand::new)
          .add("ps", PsCommand::new)
          .add("get", GetCommand::new)
          .add("tree", TreeCommand::new)
          .add("parts", PartsCommand::new)
          .add("logs", LogsCommand::new)
          .add("cancel", CancelCommand::new)
          .add("retry", RetryCommand::new)
          .group("Workers, apps and access")
          .add("workers", WorkersCommand::new)
          .add("app", AppCommand::new)
          .add("token", TokenCommand::new)
          .add("webhook", WebhookCommand::new)
          .add("powerjob", PowerJobCommand::new)
          .group("Checks and tools")
          .add("status", StatusCommand::new)
          .add("doctor", DoctorCommand::new)
          .add("console", ConsoleCommand::new)
          .add("completion", CompletionCommand::new)
          .add("archive", ArchiveCommand::new)
          .add("bench", BenchCommand::new)
          .hidden("names", NamesCommand::new);

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
    if (out.hasLostReader(Path.of("/proc/self/fd/1"))) {
      return exitCode == ExitCode.OK ? ExitCode.READER_GONE : exitCode;
    }
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
    if (COMMANDS.has(called)) {
      commandLine.addSubcommand(called, COMMANDS.create(called));
    } else {
      COMMANDS.names().forEach(name -> commandLine.addSubcommand(name, COMMANDS.create(name)));
      commandLine.addSubcommand("help", new HelpCommand());
      COMMANDS.showIn(commandLine);
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
    commandLine.getCommandSpec().versionProvider(new ProgramVersion());
    commandLine.getSubcommands().values().forEach(Main::setVersion);
  }
}
