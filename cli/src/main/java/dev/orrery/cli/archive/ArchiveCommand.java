package dev.orrery.cli.archive;

import dev.orrery.cli.local.ClassArchive;
import dev.orrery.cli.local.InstallLayout;
import dev.orrery.cli.local.JvmOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code orrery archive}: writes the class archives of the scheduler and the agent. */
@Command(
    name = "archive",
    description =
        "Writes class archives of scheduler and agent for this Java: they halve the start time. 'up'"
            + " and 'demo' write them automatically.",
    mixinStandardHelpOptions = true)
public final class ArchiveCommand implements Callable<Integer> {
  /**
   * Ends this process with its parent, even if the parent is killed; the next parent creates the
   * archives.
   */
  private static final String END_WITH_PARENT = "orrery.archive.end-with-parent";

  @Option(
      names = "--scheduler",
      paramLabel = "DIRECTORY",
      description = "Package of the scheduler; default: the one built here.")
  private Path scheduler;

  @Option(
      names = "--agent",
      paramLabel = "DIRECTORY",
      description = "Package of the agent; default: the one built here.")
  private Path agent;

  @Option(
      names = "--file",
      paramLabel = "NAME",
      description =
          "Name of the archive in each package. Default: orrery-VERSION.jsa, by the JVM's version.")
  private String file = ClassArchive.nameForThisJvm();

  @Option(
      names = "--scheduler-options",
      paramLabel = "OPTIONS",
      split = " ",
      description =
          "Options of the scheduler's JVM, separated by blanks. Start it with the same ones.")
  private List<String> schedulerOptions = JvmOptions.SCHEDULER;

  @Option(
      names = "--agent-options",
      paramLabel = "OPTIONS",
      split = " ",
      description = "Options of the agent's JVM, separated by blanks. Start it with the same ones.")
  private List<String> agentOptions = JvmOptions.AGENT;

  @Option(names = "--if-missing", description = "Do nothing if both packages have an archive.")
  private boolean onlyIfMissing;

  @Spec private CommandSpec command;

  @Override
  public Integer call() throws IOException {
    PackagedProgram schedulerPackage =
        new PackagedProgram(archive(scheduler, true), schedulerOptions);
    PackagedProgram agentPackage = new PackagedProgram(archive(agent, false), agentOptions);
    if (onlyIfMissing
        && !schedulerPackage.archive().isMissing()
        && !agentPackage.archive().isMissing()) {
      return 0;
    }
    if (Boolean.getBoolean(END_WITH_PARENT)) {
      ProcessHandle.current().parent().ifPresent(ArchiveCommand::endWith);
    }
    try (ArchiveTraining training = ArchiveTraining.open(schedulerPackage, agentPackage)) {
      // Never removed: the runtime refuses that once its shutdown has begun. A second close is
      // free.
      Runtime.getRuntime().addShutdownHook(new Thread(training::close, "archive-ending"));
      say("Starting scheduler and agent, to see which classes they load …");
      training.run();
      List<PackagedProgram> packages = List.of(schedulerPackage, agentPackage);
      packages.forEach(each -> say("Writing " + each.archive().file() + " …"));
      training.write(packages);
    }
    return 0;
  }

  private static void endWith(ProcessHandle parent) {
    Thread watch =
        new Thread(
            () -> {
              parent.onExit().join();
              System.exit(1);
            },
            "archive-parent");
    watch.setDaemon(true);
    watch.start();
  }

  private void say(String line) {
    command.commandLine().getErr().println(line);
    command.commandLine().getErr().flush();
  }

  private ClassArchive archive(Path given, boolean ofScheduler) {
    if (given != null) {
      return ClassArchive.named(given.toAbsolutePath().normalize(), file);
    }
    InstallLayout home = InstallLayout.fromProperties();
    return ClassArchive.named((ofScheduler ? home.scheduler() : home.agent()).application(), file);
  }
}
