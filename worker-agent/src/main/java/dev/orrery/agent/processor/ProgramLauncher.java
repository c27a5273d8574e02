package dev.orrery.agent.processor;

import dev.orrery.agent.processor.NamespaceLauncher.UnavailableException;
import dev.orrery.protocol.startup.StartupException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Starts the programs of jobs: each as the leader of a process group, isolated as the settings say,
 * and perhaps as another user.
 */
final class ProgramLauncher {
  private static final Logger LOG = Logger.getLogger(ProgramLauncher.class);

  private final GroupLauncher group;
  private final List<String> prefix;
  private final Optional<ProgramUser> user;

  private ProgramLauncher(GroupLauncher group, List<String> prefix, Optional<ProgramUser> user) {
    this.group = group;
    this.prefix = prefix;
    this.user = user;
  }

  /**
   * Logs a warning if programs are not isolated though the settings ask for it where possible.
   *
   * @param tokenFile hidden from all programs, if there is one
   * @throws StartupException if the system cannot do what the settings require
   */
  static ProgramLauncher open(
      ShellProcessorConfig config, Optional<Path> tokenFile, SystemPrograms programs) {
    IsolationMode isolation = IsolationMode.parse(config.isolation());
    GroupLauncher group = group(programs);
    Optional<ProgramUser> user = config.user().map(name -> ProgramUser.named(name, programs));
    List<Path> hidden = hiddenPaths(config, tokenFile);
    if (isolation != IsolationMode.NONE) {
      try {
        List<String> prefix = NamespaceLauncher.open(programs, hidden, user).prefix();
        noteRoot(user);
        return new ProgramLauncher(group, prefix, user);
      } catch (UnavailableException e) {
        fallBack(isolation, hidden, e.getMessage());
      }
    } else if (config.hiddenPaths().isPresent()) {
      throw new StartupException(
          ShellProcessorConfig.HIDDEN_PATHS
              + " needs "
              + ShellProcessorConfig.ISOLATION
              + "=namespaces or auto. Change that, or leave the paths out.");
    }
    return new ProgramLauncher(group, user.map(ProgramUser::command).orElse(List.of()), user);
  }

  private static GroupLauncher group(SystemPrograms programs) {
    return GroupLauncher.in(programs)
        .orElseThrow(
            () ->
                new StartupException(
                    "orrery.worker.processors names shell, which needs the program setsid or"
                        + " perl in /usr/bin or /bin. Install one (Debian: util-linux has"
                        + " setsid), or leave shell out."));
  }

  private static List<Path> hiddenPaths(ShellProcessorConfig config, Optional<Path> tokenFile) {
    List<Path> hidden = new ArrayList<>(config.hiddenPaths().orElse(List.of()));
    for (Path path : hidden) {
      if (!path.isAbsolute()) {
        throw new StartupException(
            ShellProcessorConfig.HIDDEN_PATHS + " names '" + path + "'. Use an absolute path.");
      }
    }
    tokenFile.map(Path::toAbsolutePath).ifPresent(hidden::add);
    return hidden;
  }

  private static void fallBack(IsolationMode mode, List<Path> hidden, String reason) {
    if (mode == IsolationMode.NAMESPACES) {
      throw new StartupException(
          ShellProcessorConfig.ISOLATION
              + "=namespaces, but this system does not allow them: "
              + reason
              + ". Allow them, or set auto or none.");
    }
    LOG.warnf(
        "Shell jobs are not isolated. They can read the agent's token%s, and processes that leave"
            + " their group outlive the job: reason=\"%s\"",
        hidden.isEmpty() ? "" : " and " + hidden, reason);
  }

  private static void noteRoot(Optional<ProgramUser> user) {
    if (user.isEmpty() && ProgramUser.isAgentRoot()) {
      LOG.infof(
          "Shell jobs run as root, so a hostile one can end its isolation; %s sets another user",
          ShellProcessorConfig.USER);
    }
  }

  /** The user of the programs; empty if it is that of the agent. */
  Optional<ProgramUser> user() {
    return user;
  }

  /** Makes the builder start its command by this launcher. */
  ProcessBuilder apply(ProcessBuilder builder) {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(builder.command());
    return group.apply(builder.command(command));
  }
}
