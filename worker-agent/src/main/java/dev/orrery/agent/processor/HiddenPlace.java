package dev.orrery.agent.processor;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * A directory, or the directory of a file, that programs must not read. A file is hidden with its
 * directory, because replacing a file removes a mount that covers it.
 */
final class HiddenPlace {
  private static final int MAX_LINKS = 40;

  private final String setting;
  private final Path path;
  private final SharedPlaces shared;
  private final Map<Path, Object> directories;

  private HiddenPlace(
      String setting, Path path, SharedPlaces shared, Map<Path, Object> directories) {
    this.setting = setting;
    this.path = path;
    this.shared = shared;
    this.directories = directories;
  }

  /**
   * Resolves the directories of a path as they are now.
   *
   * @throws StartupException if the path does not exist, or if programs need its directory
   */
  static HiddenPlace of(String setting, Path path, SharedPlaces shared) {
    try {
      return new HiddenPlace(setting, path, shared, directories(setting, path, shared));
    } catch (IOException e) {
      throw new StartupException(
          setting
              + " names '"
              + path
              + "', which cannot be read ("
              + e
              + "). Create it, or leave it out.",
          e);
    }
  }

  /** Real paths, without those that programs do not see anyway. */
  Set<Path> directories() {
    return directories.keySet();
  }

  /** Returns true if the path still resolves to the same directories. */
  boolean isUnchanged() {
    try {
      return directories.equals(directories(setting, path, shared));
    } catch (IOException | StartupException e) {
      return false;
    }
  }

  Path path() {
    return path;
  }

  private static Map<Path, Object> directories(String setting, Path path, SharedPlaces shared)
      throws IOException {
    Path real = path.toRealPath();
    Set<Path> found = new LinkedHashSet<>();
    if (Files.isDirectory(real)) {
      shared.requireNoWorkDirectory(setting, path, real);
      found.add(real);
    } else {
      shared.requireOwnDirectory(setting, path, real.getParent());
      found.add(real.getParent());
      for (Path parent : ofLinks(path.toAbsolutePath().normalize())) {
        if (shared.isFree(parent)) {
          found.add(parent);
        }
      }
    }
    Map<Path, Object> keys = new LinkedHashMap<>();
    for (Path directory : found) {
      if (!shared.isUnseen(directory)
          && found.stream().noneMatch(o -> directory.startsWith(o) && !directory.equals(o))) {
        keys.put(directory, Files.readAttributes(directory, BasicFileAttributes.class).fileKey());
      }
    }
    return keys;
  }

  /**
   * Returns the directories that contain a link on the path to the file. Replacing such a link
   * rotates the file.
   */
  private static Set<Path> ofLinks(Path absolute) throws IOException {
    Set<Path> parents = new LinkedHashSet<>();
    Path path = absolute;
    for (int links = 0; links < MAX_LINKS; links++) {
      Path link = firstLink(path);
      if (link == null) {
        return parents;
      }
      parents.add(link.getParent().toRealPath());
      path =
          link.getParent()
              .resolve(Files.readSymbolicLink(link))
              .resolve(link.relativize(path))
              .normalize();
    }
    throw new IOException("too many symbolic links: " + absolute);
  }

  private static Path firstLink(Path path) {
    Path prefix = path.getRoot();
    for (Path name : path) {
      prefix = prefix.resolve(name);
      if (Files.isSymbolicLink(prefix)) {
        return prefix;
      }
    }
    return null;
  }
}
