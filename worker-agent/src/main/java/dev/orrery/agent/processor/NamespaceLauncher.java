package dev.orrery.agent.processor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * Starts programs in their own Linux namespaces, by {@code unshare}. In the namespace for processes
 * a program sees only the processes that it started, and the kernel kills them when it ends. In the
 * namespace for mounts {@code /proc} shows these processes only, and paths are hidden. Only root
 * may make these two without a third one for users; in that one, a program has no capability and
 * cannot get one.
 */
final class NamespaceLauncher {
  /**
   * The first process of the namespace. Its arguments are the paths to hide, {@code --}, and the
   * program with its arguments. The kernel ignores TERM for a first process without a trap. So a
   * stop ends this process until the program starts, and reaches the program alone afterwards.
   * Messages of the shell itself, such as "Terminated", are discarded.
   */
  private static final String INIT =
      """
      trap 'exit 143' TERM
      exec 3>&2 2>/dev/null
      while [ "$1" != -- ]; do
        if [ -d "$1" ]; then
          mount -t tmpfs -o ro,size=4k,mode=000 none "$1" 2>&3 || exit 126
        elif [ -e "$1" ]; then
          mount --bind /dev/null "$1" 2>&3 || exit 126
        fi
        shift
      done
      shift
      trap - TERM
      (exec "$@" 2>&3 3>&-)
      exit $?
      """;

  private static final long TRIAL_SECONDS = 20;

  private final List<String> prefix;

  private NamespaceLauncher(List<String> prefix) {
    this.prefix = prefix;
  }

  /**
   * Makes a launcher, and starts a program with it as a trial.
   *
   * @param hidden absolute paths; a path that does not exist when a program starts is skipped
   * @throws UnavailableException if the system allows no namespaces
   */
  static NamespaceLauncher open(
      SystemPrograms programs, List<Path> hidden, Optional<ProgramUser> user)
      throws UnavailableException {
    List<String> prefix = new ArrayList<>();
    prefix.add(require(programs, "unshare"));
    prefix.addAll(List.of("--pid", "--fork", "--kill-child", "--mount-proc"));
    List<String> privileges = new ArrayList<>();
    privileges.add(require(programs, "setpriv"));
    privileges.addAll(List.of("--inh-caps=-all", "--ambient-caps=-all"));
    if (ProgramUser.isAgentRoot()) {
      user.map(ProgramUser::options).ifPresent(privileges::addAll);
    } else {
      prefix.addAll(List.of("--user", "--map-current-user", "--keep-caps"));
      privileges.addAll(List.of("--bounding-set=-all", "--no-new-privs"));
    }
    prefix.addAll(List.of("--", "/bin/sh", "-c", INIT, "init"));
    hidden.forEach(path -> prefix.add(path.toString()));
    prefix.add("--");
    prefix.addAll(privileges);
    prefix.add("--");
    NamespaceLauncher launcher = new NamespaceLauncher(List.copyOf(prefix));
    launcher.tryOut();
    return launcher;
  }

  private static String require(SystemPrograms programs, String program)
      throws UnavailableException {
    return programs
        .find(program)
        .orElseThrow(
            () -> new UnavailableException("there is no program " + program + " (util-linux)"));
  }

  /** The kernel may refuse namespaces, and an old unshare does not know the options. */
  private void tryOut() throws UnavailableException {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    try {
      Process trial = new ProcessBuilder(command).redirectErrorStream(true).start();
      trial.getOutputStream().close();
      if (!trial.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
        trial.destroyForcibly();
        throw new UnavailableException("unshare did not end within " + TRIAL_SECONDS + " s");
      }
      String output = new String(trial.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (trial.exitValue() != 0) {
        throw new UnavailableException(
            output.isBlank()
                ? "exit code " + trial.exitValue()
                : output.strip().replaceAll("\\s+", " "));
      }
    } catch (IOException e) {
      throw new UnavailableException(e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("the agent stops");
    }
  }

  /** The words before a program and its arguments. */
  List<String> prefix() {
    return prefix;
  }

  /** The system allows no namespaces; the message is the reason, for people. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    private UnavailableException(String reason) {
      super(reason);
    }
  }
}
