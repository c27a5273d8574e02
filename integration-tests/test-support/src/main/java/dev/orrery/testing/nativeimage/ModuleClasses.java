package dev.orrery.testing.nativeimage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes of a module, without its tests.
 *
 * @param directory usually target/classes
 */
record ModuleClasses(Path directory, ClassLoader loader) {
  private static final String SUFFIX = ".class";

  static ModuleClasses of(Class<?> member) {
    try {
      Path directory = Path.of(member.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (!Files.isDirectory(directory)) {
        throw new IllegalArgumentException(member + " is not from a directory: " + directory);
      }
      return new ModuleClasses(directory, member.getClassLoader());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the binary names ({@link Class#getName}), sorted. */
  List<String> names() {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .map(file -> directory.relativize(file).toString().replace('\\', '/'))
          .filter(file -> file.endsWith(SUFFIX))
          .filter(file -> !file.endsWith("package-info.class"))
          .map(file -> file.substring(0, file.length() - SUFFIX.length()).replace('/', '.'))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loads and initializes all classes, as the image builder does. */
  List<Class<?>> initialized() {
    List<Class<?>> classes = new ArrayList<>();
    for (String name : names()) {
      try {
        classes.add(Class.forName(name, true, loader));
      } catch (ClassNotFoundException | LinkageError e) {
        throw new IllegalStateException(name + " cannot be initialized at build time", e);
      }
    }
    return classes;
  }
}
