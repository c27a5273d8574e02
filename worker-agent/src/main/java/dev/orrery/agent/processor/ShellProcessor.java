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
  private final GroupLauncher launcher;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "orrery-shell-timer");
            thread.setDaemon(true);
            return thread;
          });

  private ShellProcessor(
      WorkDirectory workDirectory, Duration killGracePeriod, GroupLauncher launcher) {
    this.workDirectory = workDirectory;
    this.killGracePeriod = killGracePeriod;
    this.launcher = launcher;
  }

  /**
   * @throws StartupException if this system cannot start process groups
   */
  public static ShellProcessor in(WorkDirectory workDirectory, Duration killGracePeriod) {
    return in(workDirectory, killGracePeriod, GroupLauncher.SYSTEM);
  }

  /** As {@link #in(WorkDirectory, Duration)}, with a launcher from these directories. */
  static ShellProcessor in(
      WorkDirectory workDirectory, Duration killGracePeriod, List<Path> programs) {
    return new ShellProcessor(
        workDirectory,
        killGracePeriod,
        GroupLauncher.in(programs)
            .orElseThrow(
                () ->
                    new StartupException(
                        "orrery.worker.processors names shell, which needs the program setsid or"
                            + " perl in /usr/bin or /bin. Install one (Debian: util-linux has"
                            + " setsid), or leave shell out.")));
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

  private static List<String> command(
      ProcessorSpec.Shell shell, AttemptContext context, Path directory)
      throws IOException, AttemptFailedException {
    if (shell.script() != null) {
      // In a file: an argument may not be as long as a script may be.
      Path script = directory.resolve("script.sh");
      Files.writeString(script, shell.script());
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
    Optional<String> last = explanation(exitCode, builder, command, directory).or(errors::lastLine);
    throw new AttemptFailedException(
        "exit code " + exitCode + last.map(line -> ": " + line).orElse(""));
  }

  private static Optional<String> explanation(
      int exitCode, ProcessBuilder builder, List<String> command, Path directory) {
    return exitCode == MissingProgram.EXIT_CODE
        ? MissingProgram.explain(command, directory, builder.environment().get("PATH"))
        : Optional.empty();
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
