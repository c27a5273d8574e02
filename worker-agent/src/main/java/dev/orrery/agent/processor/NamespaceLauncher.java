package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.AttemptFailedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Starts programs in their own Linux namespaces, by {@code unshare}. In its process namespace a
 * program sees only the processes that it started, and the kernel kills them when it ends. In its
 * mount namespace it sees {@code /proc} of these processes, a private {@code /tmp} and {@code
 * /dev/shm}, and otherwise the {@link FileView}, which one process holds for all programs. Only
 * root may create namespaces without a user namespace; inside a user namespace, a program has no
 * capability and cannot get one.
 */
final class NamespaceLauncher implements AutoCloseable {
  /**
   * Creates the view, and holds it until its input ends, which happens with the agent. Its
   * arguments are the program {@code mount} and the steps, with paths encoded by {@link
   * ProgramText#printfText}.
   */
  private static final String HOLD =
      """
      trap '' TERM INT HUP
      mount() {
        "$0" "$@"
      }
      hide() {
        if [ -d "$1" ]; then
          mount -t tmpfs -o ro,size=4k,mode=000 none "$1"
        else
          mount --bind /dev/null "$1"
        fi
      }
      while [ $# -gt 0 ]; do
        path=$2
        case $2 in
          *\\\\*) path=$(printf '%b.' "$2") && path=${path%.} ;;
        esac
        case $1 in
          bind) mount --rbind "$path" "$path" ;;
          read-only) mount --options-source=mtab -o remount,bind,ro "$path" ;;
          hide) hide "$path" ;;
          terminals) mount -t devpts -o newinstance,ptmxmode=0666,mode=0620 devpts "$path" 2>/dev/null ||
            hide "$path" ;;
        esac || exit 1
        shift 2
      done
      echo ready
      read -r end
      """;

  /**
   * The first process of the namespace. Its arguments are the program {@code mount}, the work
   * directory, the directory for temporary files, the number of shared directories of {@code /tmp},
   * these directories, and the program with its arguments. The kernel ignores TERM for a first
   * process without a trap, and a trap does not hold in a subshell. So a stop before the program
   * starts ends this process, and a later one reaches the program. Messages of the shell itself,
   * such as "Terminated", are discarded.
   *
   * <p>A mount over /tmp covers a work directory below it, but not the current directory.
   */
  private static final String INIT =
      """
      trap 'stopped=1' TERM
      exec 3>&2 2>/dev/null
      run() {
        if (trap '' TERM; exec "$@" 2>&3); then return; fi
        [ -z "$stopped" ] || exit 143
        exit 126
      }
      cd "$2" 2>&3 || exit 126
      mount=$1 work=$2 temporary=$3 shared=$4
      shift 4
      while [ "$shared" -gt 0 ]; do
        run mkdir -p "$temporary/${1#/tmp/}"
        run "$mount" --rbind "$1" "$temporary/${1#/tmp/}"
        shared=$((shared - 1))
        shift
      done
      run "$mount" --rbind "$temporary" /tmp
      case $work in
        /tmp/*) run "$mount" --no-canonicalize --bind . "$work" ;;
      esac
      cd "$work" 2>&3 || exit 126
      [ ! -d /dev/shm ] || run "$mount" -t tmpfs -o nosuid,nodev,mode=1777 none /dev/shm
      [ -z "$stopped" ] || exit 143
      (exec "$@" 2>&3 3>&-)
      exit $?
      """;

  private static final String READY = "ready";
  private static final long TRIAL_SECONDS = 20;

  /** Older releases make programs ignore TERM, or kill them instead of forwarding it. */
  private static final Pattern RELEASE = Pattern.compile("util-linux (\\d+)\\.(\\d+)");

  private static final int NEEDED_MAJOR = 2;
  private static final int NEEDED_MINOR = 38;

  private final SystemPrograms programs;
  private final FileView view;
  private final List<String> privileges;
  private Process holder;

  private NamespaceLauncher(SystemPrograms programs, FileView view, List<String> privileges) {
    this.programs = programs;
    this.view = view;
    this.privileges = privileges;
  }

  /**
   * Creates a launcher and verifies it with a test run.
   *
   * @param places of the agent
   * @param work directories of the programs
   * @throws UnavailableException if the system does not allow namespaces
   * @throws StartupException if a setting names a path that does not exist or cannot be hidden
   */
  static NamespaceLauncher open(
      SystemPrograms programs, ShellIsolationConfig config, AgentPlaces places, WorkDirectory work)
      throws UnavailableException {
    String unshare = require(programs, "unshare");
    List<String> privileges = new ArrayList<>();
    privileges.add(require(programs, "setpriv"));
    requireRelease(unshare);
    require(programs, "nsenter");
    require(programs, "mount");
    privileges.addAll(List.of("--inh-caps=-all", "--ambient-caps=-all"));
    work.user().map(ProgramUser::options).ifPresent(privileges::addAll);
    if (work.user().isPresent() || !ProgramUser.isAgentRoot()) {
      privileges.addAll(List.of("--bounding-set=-all", "--no-new-privs"));
    }
    privileges.add("--");
    // The kernel may refuse namespaces. Then settings of the view have no effect.
    List<String> trial = new ArrayList<>(List.of(unshare, "--mount", "--pid", "--ipc", "--fork"));
    trial.addAll(ownUsers());
    trial.addAll(List.of("--", "true"));
    var unused = run(trial);
    FileView view = FileView.of(config, places, work);
    NamespaceLauncher launcher = new NamespaceLauncher(programs, view, List.copyOf(privileges));
    try {
      launcher.tryOut(work);
      return launcher;
    } catch (UnavailableException e) {
      launcher.close();
      throw e;
    }
  }

  private static String require(SystemPrograms programs, String program)
      throws UnavailableException {
    return programs
        .find(program)
        .orElseThrow(
            () -> new UnavailableException("program " + program + " not found (util-linux)"));
  }

  private static void requireRelease(String unshare) throws UnavailableException {
    String version = run(List.of(unshare, "--version"));
    Matcher release = RELEASE.matcher(version);
    if (!release.find()) {
      throw new UnavailableException("unshare is not from util-linux: " + version);
    }
    int major = Integer.parseInt(release.group(1));
    int minor = Integer.parseInt(release.group(2));
    if (major < NEEDED_MAJOR || (major == NEEDED_MAJOR && minor < NEEDED_MINOR)) {
      throw new UnavailableException(
          "util-linux is %d.%d, and 2.38 or later is needed".formatted(major, minor));
    }
  }

  /** Tries the mounts, because the kernel may refuse them. */
  private void tryOut(WorkDirectory work) throws UnavailableException {
    hold();
    try {
      var unused =
          work.run(
              0,
              0,
              Optional.empty(),
              directory -> {
                List<String> command = new ArrayList<>(prefix(directory));
                command.add("true");
                return run(command);
              });
    } catch (UnavailableException e) {
      throw e;
    } catch (Exception e) {
      throw new UnavailableException(e.toString());
    }
  }

  /** Starts the holder of the view, unless it is running. */
  private synchronized void hold() throws UnavailableException {
    if (holder != null && holder.isAlive()) {
      return;
    }
    List<String> command = new ArrayList<>(List.of(require(programs, "unshare")));
    command.addAll(List.of("--mount", "--propagation", "slave"));
    command.addAll(ownUsers());
    command.addAll(List.of("--", "/bin/sh", "-c", HOLD, require(programs, "mount")));
    try {
      command.addAll(view.steps());
      // Of no process group that a terminal stops.
      ProcessBuilder builder =
          GroupLauncher.in(programs)
              .orElseThrow(() -> new UnavailableException("program setsid not found"))
              .apply(new ProcessBuilder(command));
      holder = builder.redirectErrorStream(true).start();
    } catch (IOException e) {
      throw new UnavailableException(e.getMessage());
    }
    String output = firstOutput(holder);
    if (!output.endsWith(READY)) {
      close();
      throw new UnavailableException(output.isEmpty() ? "no mounts" : output);
    }
  }

  /** Reads the output of a process until a line reports readiness, or to its end. */
  private static String firstOutput(Process process) {
    CompletableFuture<String> output =
        CompletableFuture.supplyAsync(
            () -> {
              List<String> lines = new ArrayList<>();
              Iterator<String> reader = process.inputReader().lines().iterator();
              while (!lines.contains(READY) && reader.hasNext()) {
                lines.add(reader.next().strip());
              }
              return String.join(" ", lines);
            });
    try {
      return output.get(TRIAL_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return "the mounts were not created within " + TRIAL_SECONDS + " s";
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "the agent is stopping";
    }
  }

  private static List<String> ownUsers() {
    return ProgramUser.isAgentRoot()
        ? List.of()
        : List.of("--user", "--map-current-user", "--keep-caps");
  }

  /** Runs a command and returns its output on one line. */
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
      throw new UnavailableException("the agent is stopping");
    }
  }

  /**
   * Checks that a program can start with the view of the agent's start.
   *
   * @throws AttemptFailedException if a hidden path was replaced
   */
  void requireReady() throws AttemptFailedException {
    view.requireUnchanged();
    try {
      hold();
    } catch (UnavailableException e) {
      throw new AttemptFailedException(
          "cannot start programs: the agent's file view ended and cannot be"
              + " recreated: "
              + e.getMessage());
    }
  }

  /**
   * Returns the prefix of the command line.
   *
   * @param directory of the attempt
   */
  List<String> prefix(Path directory) {
    List<String> prefix = new ArrayList<>();
    prefix.add(programs.require("nsenter"));
    prefix.addAll(List.of("--target", Long.toString(holderId()), "--mount"));
    if (!ProgramUser.isAgentRoot()) {
      prefix.addAll(List.of("--user", "--preserve-credentials"));
    }
    prefix.addAll(List.of("--", programs.require("unshare")));
    prefix.addAll(List.of("--pid", "--ipc", "--fork", "--kill-child", "--mount-proc"));
    prefix.addAll(ownUsers());
    prefix.addAll(List.of("--", "/bin/sh", "-c", INIT, "init", programs.require("mount")));
    prefix.addAll(List.of(directory.toString(), WorkDirectory.temporary(directory).toString()));
    prefix.add(Integer.toString(view.sharedInTmp().size()));
    view.sharedInTmp().forEach(path -> prefix.add(path.toString()));
    prefix.addAll(privileges);
    return prefix;
  }

  private synchronized long holderId() {
    return holder.pid();
  }

  /** Stops the holder of the view; running programs keep their view. */
  @Override
  public synchronized void close() {
    if (holder != null) {
      holder.destroyForcibly();
      holder = null;
    }
  }

  /** The system does not allow namespaces. The message is the reason, for users. */
  static final class UnavailableException extends Exception {
    private static final long serialVersionUID = 1;

    private UnavailableException(String reason) {
      super(reason);
    }
  }
}
