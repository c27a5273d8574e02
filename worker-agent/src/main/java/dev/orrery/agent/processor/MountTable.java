package dev.orrery.agent.processor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** The mounts of this process, in the order of {@code /proc/self/mountinfo}. */
record MountTable(List<Mount> mounts) {
  private static final Path FILE = Path.of("/proc/self/mountinfo");
  private static final Pattern ESCAPED = Pattern.compile("\\\\([0-7]{3})");
  private static final int DEVICE = 2;
  private static final int ROOT = 3;
  private static final int POINT = 4;

  MountTable {
    mounts = List.copyOf(mounts);
  }

  /**
   * A mounted file system, or a part of one.
   *
   * @param root the directory of the file system that is visible at {@code point}
   */
  record Mount(String device, Path root, Path point) {}

  static MountTable read() throws IOException {
    return parse(Files.readAllLines(FILE));
  }

  static MountTable parse(List<String> lines) {
    List<Mount> mounts = new ArrayList<>();
    for (String line : lines) {
      String[] fields = line.split(" ", -1);
      // A root such as net:[4026531840] is that of a namespace, which has no files.
      if (fields[ROOT].startsWith("/")) {
        mounts.add(new Mount(fields[DEVICE], path(fields[ROOT]), path(fields[POINT])));
      }
    }
    return new MountTable(mounts);
  }

  private static Path path(String escaped) {
    return Path.of(
        ESCAPED
            .matcher(escaped)
            .replaceAll(code -> quote((char) Integer.parseInt(code.group(1), 8))));
  }

  private static String quote(char character) {
    return character == '\\' ? "\\\\" : String.valueOf(character);
  }

  List<Path> below(Path directory) {
    return mounts.stream()
        .map(Mount::point)
        .filter(point -> point.startsWith(directory) && !point.equals(directory))
        .distinct()
        .toList();
  }

  /** Returns other paths of a real path and of its content, for example by bind mounts. */
  List<Path> aliases(Path real) {
    Optional<Mount> holder = holder(real);
    if (holder.isEmpty()) {
      return List.of();
    }
    Path inside = holder.get().root().resolve(holder.get().point().relativize(real)).normalize();
    List<Path> aliases = new ArrayList<>();
    for (Mount mount : mounts) {
      if (mount.device().equals(holder.get().device()) && !mount.equals(holder.get())) {
        if (inside.startsWith(mount.root())) {
          Path alias = mount.point().resolve(mount.root().relativize(inside)).normalize();
          if (!alias.equals(real) && holder(alias).equals(Optional.of(mount))) {
            aliases.add(alias);
          }
        } else if (mount.root().startsWith(inside) && !mount.point().startsWith(real)) {
          aliases.add(mount.point());
        }
      }
    }
    return aliases;
  }

  /** A later mount at the same point covers an earlier one. */
  private Optional<Mount> holder(Path real) {
    Mount holder = null;
    for (Mount mount : mounts) {
      if (real.startsWith(mount.point())
          && (holder == null || mount.point().getNameCount() >= holder.point().getNameCount())) {
        holder = mount;
      }
    }
    return Optional.ofNullable(holder);
  }
}
