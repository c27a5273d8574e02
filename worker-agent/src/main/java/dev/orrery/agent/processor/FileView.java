package dev.orrery.agent.processor;

import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.AttemptFailedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The file system as job programs see it: some directories are hidden, and files that the agent or
 * its user runs later are read-only. A parent directory of these is a mount point, so that programs
 * cannot rename it.
 */
final class FileView {
  private static final int OTHERS_WRITE = 022;

  /** Services of the user, such as its systemd instance. */
  private static final List<Path> OF_THE_USER =
      List.of(Path.of("/run/user"), Path.of("/run/screen"), Path.of("/dev/mqueue"));

  /** Hidden because programs could read passwords from the user's terminals. */
  private static final Path TERMINALS = Path.of("/dev/pts");

  /** Parents before their children. */
  private static final Comparator<Path> BY_DEPTH =
      Comparator.comparing(Path::getNameCount).thenComparing(Comparator.naturalOrder());

  private final MountTable mounts;
  private final SharedPlaces shared;
  private final List<HiddenPlace> hidden = new ArrayList<>();
  private final Set<Path> readOnly = new TreeSet<>(BY_DEPTH);
  private final Set<Path> writable = new TreeSet<>(BY_DEPTH);

  private FileView(MountTable mounts, SharedPlaces shared) {
    this.mounts = mounts;
    this.shared = shared;
  }

  /**
   * @param work directories of the programs, which they may change
   * @throws StartupException if a setting names a path that does not exist, or cannot be hidden
   */
  static FileView of(ShellIsolationConfig config, AgentPlaces agent, WorkDirectory work) {
    try {
      AgentPlaces places = agent.with(work.user());
      Set<Path> writable = new TreeSet<>(BY_DEPTH);
      for (Path path : absolute(ShellIsolationConfig.WRITABLE_PATHS, config.writablePaths())) {
        writable.add(existing(ShellIsolationConfig.WRITABLE_PATHS, path));
      }
      SharedPlaces shared = SharedPlaces.of(places, work.root(), writable);
      FileView view = new FileView(MountTable.read(), shared);
      for (Path path : absolute(ShellIsolationConfig.HIDDEN_PATHS, config.hiddenPaths())) {
        view.hidden.add(HiddenPlace.of(ShellIsolationConfig.HIDDEN_PATHS, path, shared));
      }
      places
          .tokenFile()
          .map(file -> HiddenPlace.of("orrery.worker.token-file", file, shared))
          .ifPresent(view.hidden::add);
      places
          .secrets()
          .map(directory -> HiddenPlace.of(SecretDirectory.SETTING, directory, shared))
          .ifPresent(view.hidden::add);
      view.protect(places);
      for (Path path : absolute(ShellIsolationConfig.READ_ONLY_PATHS, config.readOnlyPaths())) {
        view.readOnly.add(existing(ShellIsolationConfig.READ_ONLY_PATHS, path));
      }
      view.writable.removeAll(view.readOnly);
      view.writable.addAll(writable);
      view.writable.add(work.root());
      view.readOnly.removeAll(view.writable);
      view.readOnly.removeIf(path -> SharedPlaces.isPrivate(path) || path.getNameCount() == 0);
      view.writable.removeIf(SharedPlaces::isPrivate);
      // Each mount makes the start of the agent slower.
      view.readOnly.removeIf(path -> view.isReadOnly(path.getParent()));
      return view;
    } catch (IOException e) {
      throw new StartupException(
          "the paths that shell jobs must not change cannot be read: " + e + ".", e);
    }
  }

  /**
   * Returns the absolute paths of a setting.
   *
   * @throws StartupException if a path is relative
   */
  static List<Path> absolute(String setting, Optional<List<Path>> paths) {
    for (Path path : paths.orElse(List.of())) {
      if (!path.isAbsolute()) {
        throw new StartupException(setting + " names '" + path + "'. Use an absolute path.");
      }
    }
    return paths.orElse(List.of());
  }

  private static Path existing(String setting, Path path) throws IOException {
    if (!Files.exists(path)) {
      throw new StartupException(
          setting + " names '" + path + "', which does not exist. Create it, or leave it out.");
    }
    return path.toRealPath();
  }

  private void protect(AgentPlaces places) throws IOException {
    for (Path program : places.programs()) {
      if (Files.exists(program)) {
        readOnly.add(program.toRealPath());
      }
    }
    readOnly.add(places.directory().toRealPath());
    for (Path home : places.homes()) {
      if (Files.isDirectory(home) && home.toRealPath().getNameCount() > 0) {
        protectHome(home.toRealPath());
      }
    }
  }

  /**
   * Protects everything except visible directories, because a login may run any file of the home
   * directory.
   */
  private void protectHome(Path home) throws IOException {
    readOnly.add(home);
    if (!Files.isReadable(home)) {
      return;
    }
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(home)) {
      for (Path entry : entries) {
        boolean isVisible = !entry.getFileName().toString().startsWith(".");
        if (isVisible && Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
          writable.add(entry);
        } else if (Files.isSymbolicLink(entry) && !isVisible && Files.exists(entry)) {
          readOnly.add(entry.toRealPath());
        }
      }
    }
  }

  /** The real paths of the hidden directories, including their aliases. */
  Set<Path> hiddenDirectories() {
    Set<Path> all = new TreeSet<>(BY_DEPTH);
    for (HiddenPlace place : hidden) {
      for (Path directory : place.directories()) {
        all.add(directory);
        mounts.aliases(directory).stream()
            .filter(alias -> !shared.isUnseen(alias) && Files.isDirectory(alias))
            .forEach(all::add);
      }
    }
    return all;
  }

  /**
   * Returns the writable directories of the settings that a private /tmp would cover, parents
   * before their children.
   */
  List<Path> sharedInTmp() {
    return shared.inTmp();
  }

  /** Returns the steps that create the view, as pairs of an operation and a path in ASCII. */
  List<String> steps() throws IOException {
    Set<Path> hide = hiddenDirectories();
    Set<Path> binds = new TreeSet<>(BY_DEPTH);
    binds.addAll(readOnly);
    binds.addAll(writable);
    for (Path path : Stream.concat(readOnly.stream(), hide.stream()).toList()) {
      for (Path parent = path.getParent(); parent != null; parent = parent.getParent()) {
        if (parent.getParent() != null && canBeRenamed(parent)) {
          binds.add(parent);
        }
      }
    }
    List<String> steps = new ArrayList<>();
    binds.forEach(path -> add(steps, "bind", path));
    for (Path path : readOnly) {
      add(steps, "read-only", path);
      for (Path below : mounts.below(path)) {
        if (isReadOnly(below)) {
          add(steps, "read-only", below);
        }
      }
    }
    hide.forEach(path -> add(steps, "hide", path));
    OF_THE_USER.stream().filter(Files::isDirectory).forEach(path -> add(steps, "hide", path));
    if (Files.isDirectory(TERMINALS)) {
      add(steps, "terminals", TERMINALS);
    }
    return steps;
  }

  private static void add(List<String> steps, String operation, Path path) {
    steps.add(operation);
    steps.add(ProgramText.printfText(path));
  }

  /** Programs can rename a directory if they can write its parent. */
  private boolean canBeRenamed(Path directory) throws IOException {
    Path parent = directory.getParent();
    return !SharedPlaces.isPrivate(directory)
        && !isReadOnly(parent)
        && (!Files.getAttribute(parent, "unix:uid").equals(0)
            || ((int) Files.getAttribute(parent, "unix:mode") & OTHERS_WRITE) != 0);
  }

  /** The nearest configured parent decides. */
  private boolean isReadOnly(Path path) {
    for (Path at = path; at != null; at = at.getParent()) {
      if (writable.contains(at)) {
        return false;
      }
      if (readOnly.contains(at)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Checks that the hidden paths are still the directories that are hidden.
   *
   * @throws AttemptFailedException if one was removed or replaced
   */
  void requireUnchanged() throws AttemptFailedException {
    for (HiddenPlace place : hidden) {
      if (!place.directories().isEmpty() && !place.isUnchanged()) {
        throw new AttemptFailedException(
            "cannot start programs: the hidden path "
                + place.path()
                + " was moved or replaced after the start of the agent. Put it back, or restart"
                + " the agent.");
      }
    }
  }
}
