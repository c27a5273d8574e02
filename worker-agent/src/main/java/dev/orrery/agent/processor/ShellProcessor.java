package dev.orrery.agent.processor;

import dev.orrery.agent.secret.SecretContext;
import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.Processor;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.attempt.AssignedAttempt;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Runs programs, each in its own process group and directory, with the parameters in the
 * environment and the output in the log. Exit code 0 is success; a line {@code ::result TEXT} sets
 * the result.
 *
 * <p>A stop sends TERM to the group, and KILL after the grace period. When the program itself has
 * ended, remaining processes of its group are killed: an attempt ends with all processes that it
 * started.
 */
public final class ShellProcessor implements Processor {
  private final WorkDirectory workDirectory;
  private final Duration killGracePeriod;
  private final ProgramLauncher launcher;
  private final SecretDirectory secrets;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "orrery-shell-timer");
            thread.setDaemon(true);
            return thread;
          });

  ShellProcessor(
      WorkDirectory workDirectory,
      Duration killGracePeriod,
      ProgramLauncher launcher,
      SecretDirectory secrets) {
    this.secrets = secrets;
    this.workDirectory = workDirectory;
    this.killGracePeriod = killGracePeriod;
    this.launcher = launcher;
  }

  /**
   * @param workDirectory configured parent of the attempts' directories
   * @param tokenFile file with the agent's token, if any
   * @param pluginDir directory of the agent's plugins, if any
   * @throws StartupException if this system cannot start programs as the settings require
   */
  public static ShellProcessor open(
      ShellIsolationConfig config,
      Optional<Path> workDirectory,
      Optional<Path> tokenFile,
      Optional<Path> pluginDir,
      Duration killGracePeriod,
      SecretDirectory secrets) {
    SystemPrograms programs = SystemPrograms.STANDARD;
    Optional<ProgramUser> user = config.user().map(name -> ProgramUser.named(name, programs));
    AgentPlaces places = AgentPlaces.current(tokenFile, secrets.path(), pluginDir);
    WorkDirectory own = WorkDirectory.open(workDirectory, user);
    try {
      ProgramLauncher launcher = ProgramLauncher.open(config, places, own, programs);
      return new ShellProcessor(own, killGracePeriod, launcher, secrets);
    } catch (StartupException e) {
      own.close();
      throw e;
    }
  }

  /** Removes the directories of the attempts. */
  public void close() {
    workDirectory.close();
    launcher.close();
  }

  @Override
  public boolean leavesThreadClean() {
    return true;
  }

  @Override
  public String process(AttemptContext context) throws Exception {
    AssignedAttempt attempt = AssignedAttempt.of(context);
    if (!(attempt.assignment().processor() instanceof ProcessorSpec.Shell shell)) {
      throw new AttemptFailedException("the job has no shell command");
    }
    return secrets.run(attempt, withSecrets -> run(shell, withSecrets));
  }

  private String run(ProcessorSpec.Shell shell, SecretContext context) throws Exception {
    requireReady();
    List<String> command =
        shell.script() == null ? PlaceholderFiller.fillAll(shell.command(), context) : List.of();
    Optional<String> script = script(shell, command, context);
    return workDirectory.run(
        context.instance(),
        context.attempt(),
        script,
        directory ->
            run(
                context,
                shell,
                script.isPresent()
                    ? List.of("/bin/sh", WorkDirectory.script(directory).toString())
                    : command,
                command,
                directory));
  }

  /** Synchronized, so that no other attempt starts between a new root and its view. */
  private synchronized void requireReady() throws AttemptFailedException {
    if (workDirectory.renew()) {
      launcher.renew();
    }
    launcher.requireReady();
  }

  /**
   * Returns the content of the script file. A file is used because an argument has a length limit
   * and depends on the locale.
   */
  private static Optional<String> script(
      ProcessorSpec.Shell shell, List<String> command, AttemptContext context) {
    Map<String, String> variables = ShellEnvironment.variables(context);
    variables.values().removeIf(ProgramText::isPassed);
    String exports = ProgramText.exports(variables);
    if (shell.script() != null) {
      // In the first line, so that messages of the shell name the lines of the job.
      return Optional.of(exports + shell.script());
    }
    return exports.isEmpty() && command.stream().allMatch(ProgramText::isPassed)
        ? Optional.empty()
        : Optional.of(exports + ProgramText.exec(command));
  }

  /**
   * @param command the command to start
   * @param named the command of the job; empty if it has a script
   */
  private String run(
      SecretContext context,
      ProcessorSpec.Shell shell,
      List<String> command,
      List<String> named,
      Path directory)
      throws IOException, InterruptedException, AttemptFailedException {
    ProcessBuilder builder = new ProcessBuilder(command).directory(directory.toFile());
    ShellEnvironment.apply(builder.environment(), context);
    ShellEnvironment.addSecrets(builder.environment(), context.secrets());
    launcher
        .user()
        .ifPresent(user -> ShellEnvironment.apply(builder.environment(), user, directory));
    builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
    ProcessGroup group = ProcessGroup.start(builder, launcher);
    context.onStop(() -> group.stop(killGracePeriod, timer));
    OutputReader output =
        OutputReader.start(group.leader().getInputStream(), "stdout", context, timer);
    OutputReader errors = output.follow(group.leader().getErrorStream(), "stderr");
    int exitCode = awaitExit(group);
    // Otherwise the processes that it left would keep the pipes open and continue unnoticed.
    group.kill();
    output.awaitEnd();
    errors.awaitEnd();
    if (exitCode == 0) {
      return output.result().orElse("exit code 0");
    }
    Optional<String> last =
        MissingProgram.explain(exitCode, named, directory, builder.environment().get("PATH"))
            .or(errors::lastLine);
    String error = last.map(line -> error(exitCode, line)).orElse("exit code " + exitCode);
    if (shell.isNonRetryable(exitCode)) {
      throw new NonRetryableException(error);
    }
    throw new AttemptFailedException(error);
  }

  /** Keeps the end of the line, which contains the reason. */
  private static String error(int exitCode, String line) {
    String begin = "exit code " + exitCode + ": ";
    return begin + BoundedText.endOfUtf8(line, MessageLimits.MAX_ERROR_BYTES - begin.length());
  }

  /** Waits for the end of the program. An interrupt means that the group was stopped. */
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
