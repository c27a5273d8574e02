package dev.orrery.agent.processor;

import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.Processor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Runs programs: in a process group and a directory of their own, with the parameters in the
 * environment and the output in the log. Exit code 0 is success.
 *
 * <p>Told to stop, the group is sent TERM, and KILL after the grace. When the program itself has
 * ended, processes that it left in its group are killed: an attempt ends with all that it started.
 */
public final class ShellProcessor implements Processor {
  private final WorkDirectory workDirectory;
  private final Duration killGracePeriod;
  private final ProgramLauncher launcher;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "orrery-shell-timer");
            thread.setDaemon(true);
            return thread;
          });

  ShellProcessor(WorkDirectory workDirectory, Duration killGracePeriod, ProgramLauncher launcher) {
    this.workDirectory = workDirectory;
    this.killGracePeriod = killGracePeriod;
    this.launcher = launcher;
  }

  /**
   * @param workDirectory configured directory for those of the attempts
   * @param tokenFile file with the agent's token, if it has one
   * @throws StartupException if this system cannot start programs as the settings require
   */
  public static ShellProcessor open(
      ShellProcessorConfig config,
      Optional<Path> workDirectory,
      Optional<Path> tokenFile,
      Duration killGracePeriod) {
    ProgramLauncher launcher = ProgramLauncher.open(config, tokenFile, SystemPrograms.STANDARD);
    WorkDirectory own = WorkDirectory.open(workDirectory, launcher.user());
    for (Path hidden : config.hiddenPaths().orElse(List.of())) {
      if (own.root().toAbsolutePath().startsWith(hidden)) {
        own.close();
        throw new StartupException(
            ShellProcessorConfig.HIDDEN_PATHS
                + " names '"
                + hidden
                + "', which contains the work directory of shell jobs. Set orrery.worker.work-dir"
                + " to another directory.");
      }
    }
    return new ShellProcessor(own, killGracePeriod, launcher);
  }

  /** Removes the directories of the attempts. */
  public void close() {
    workDirectory.close();
  }

  @Override
  public String process(AttemptContext context) throws Exception {
    if (!(context.processor() instanceof ProcessorSpec.Shell shell)) {
      throw new AttemptFailedException("the job has no shell command");
    }
    return workDirectory.run(
        context.instance(),
        context.attempt(),
        directory -> run(context, command(shell, context, directory), directory));
  }

  private List<String> command(ProcessorSpec.Shell shell, AttemptContext context, Path directory)
      throws IOException, AttemptFailedException {
    if (shell.script() != null) {
      // In a file: an argument may not be as long as a script may be.
      Path script = directory.resolve("script.sh");
      Files.writeString(script, shell.script());
      workDirectory.own(script);
      return List.of("/bin/sh", script.toString());
    }
    List<String> command = new ArrayList<>();
    for (String part : shell.command()) {
      command.add(PlaceholderFiller.fill(part, context));
    }
    return command;
  }

  private String run(AttemptContext context, List<String> command, Path directory)
      throws IOException, InterruptedException, AttemptFailedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    ShellEnvironment.apply(builder.environment(), context);
    launcher
        .user()
        .ifPresent(user -> ShellEnvironment.apply(builder.environment(), user, directory));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    ProcessGroup group = ProcessGroup.start(builder, launcher);
    context.onStop(() -> group.stop(killGracePeriod, timer));
    OutputReader output = OutputReader.start(group.leader().getInputStream(), "stdout", context);
    OutputReader errors = OutputReader.start(group.leader().getErrorStream(), "stderr", context);
    int exitCode = awaitExit(group);
    // Otherwise the processes that it left would keep the pipes open and continue unnoticed.
    group.kill();
    output.awaitEnd();
    errors.awaitEnd();
    if (exitCode == 0) {
      return "exit code 0";
    }
    Optional<String> last =
        MissingProgram.explain(exitCode, command, directory, builder.environment().get("PATH"))
            .or(errors::lastLine);
    throw new AttemptFailedException(
        "exit code " + exitCode + last.map(line -> ": " + line).orElse(""));
  }

  /** Waits for the end of the program; an interrupt means that the group was told to stop. */
  private static int awaitExit(ProcessGroup group) {
    boolean interrupted = false;
    while (true) {
      try {
        int exitCode = group.leader().waitFor();
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
        return exitCode;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
  }
}
