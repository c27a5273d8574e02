package dev.orrery.agent.processor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

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
   * program with its arguments. The kernel ignores TERM for a first process without a trap, and a
   * trap does not hold in a subshell. So a stop before the program starts ends this process, and a
   * later one reaches the program. Messages of the shell itself, such as "Terminated", are
   * discarded.
   */
  private static final String INIT =
      """
      trap 'stopped=1' TERM
      exec 3>&2 2>/dev/null
      hide() {
        if (trap '' TERM; exec mount "$@" 2>&3); then return; fi
        [ -z "$stopped" ] || exit 143
        exit 126
      }
      while [ "$1" != -- ]; do
        if [ -d "$1" ]; then
          hide -t tmpfs -o ro,size=4k,mode=000 none "$1"
        elif [ -e "$1" ]; then
          hide --bind /dev/null "$1"
        fi
        shift
      done
      shift
      [ -z "$stopped" ] || exit 143
      (exec "$@" 2>&3 3>&-)
      exit $?
      """;

  private static final long TRIAL_SECONDS = 20;

  /** Older releases make programs ignore TERM, or end them at once instead of passing it on. */
  private static final Pattern RELEASE = Pattern.compile("util-linux (\\d+)\\.(\\d+)");

  private static final int NEEDED_MAJOR = 2;
  private static final int NEEDED_MINOR = 38;

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
    String unshare = require(programs, "unshare");
    String setpriv = require(programs, "setpriv");
    requireRelease(unshare);
    prefix.add(unshare);
    prefix.addAll(List.of("--pid", "--fork", "--kill-child", "--mount-proc"));
    List<String> privileges = new ArrayList<>();
    privileges.add(setpriv);
    privileges.addAll(List.of("--inh-caps=-all", "--ambient-caps=-all"));
    boolean agentIsRoot = ProgramUser.isAgentRoot();
    if (!agentIsRoot) {
      prefix.addAll(List.of("--user", "--map-current-user", "--keep-caps"));
    }
    user.map(ProgramUser::options).ifPresent(privileges::addAll);
    if (user.isPresent() || !agentIsRoot) {
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

  private static void requireRelease(String unshare) throws UnavailableException {
    String version = run(List.of(unshare, "--version"));
    Matcher release = RELEASE.matcher(version);
    if (!release.find()) {
      throw new UnavailableException("unshare is not that of util-linux: " + version);
    }
    int major = Integer.parseInt(release.group(1));
    int minor = Integer.parseInt(release.group(2));
    if (major < NEEDED_MAJOR || (major == NEEDED_MAJOR && minor < NEEDED_MINOR)) {
      throw new UnavailableException(
          "util-linux is %d.%d, and 2.38 or later is needed".formatted(major, minor));
    }
  }

  /** The kernel may refuse namespaces. */
  private void tryOut() throws UnavailableException {
    List<String> command = new ArrayList<>(prefix);
    command.add("true");
    var unused = run(command);
  }

  /** Returns the output of a command, in one line. */
  private static String run(List<String> command) throws UnavailableException {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      process.getOutputStream().close();
      if (!process.waitFor(TRIAL_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new UnavailableException("unshare did not end within " + TRIAL_SECONDS + " s");
      }
      String output =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
              .strip()
              .replaceAll("\\s+", " ");
      if (process.exitValue() != 0) {
        throw new UnavailableException(
            output.isEmpty() ? "exit code " + process.exitValue() : output);
      }
      return output;
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
