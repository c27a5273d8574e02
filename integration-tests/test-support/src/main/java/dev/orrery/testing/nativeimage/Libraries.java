package dev.orrery.testing.nativeimage;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The libraries of a module's native build. The class path of its tests has more of them, so this
 * follows the dependencies from pom to pom. Dependencies in profiles are left out, which native
 * builds do not activate.
 *
 * @param module its own classes
 * @param onClassPath by artifactId
 */
record Libraries(Library module, Map<String, Library> onClassPath) {
  static Libraries of(Class<?> member) {
    Map<String, Library> libraries = new LinkedHashMap<>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry).toAbsolutePath();
      if (Files.exists(path) && !path.endsWith("test-classes")) {
        Library library = Library.at(path);
        libraries.putIfAbsent(library.name(), library);
      }
    }
    return new Libraries(Library.of(member), libraries);
  }

  Collection<Library> all() {
    return reached(List.of(module));
  }

  /** Returns the module, and all libraries that no extension of Quarkus depends on. */
  Collection<Library> ofNoExtension() {
    Collection<Library> rest = new ArrayList<>(all());
    rest.removeAll(reached(rest.stream().filter(Library::isExtension).toList()));
    return rest;
  }

  private Collection<Library> reached(List<Library> from) {
    Map<String, Library> reached = new LinkedHashMap<>();
    Deque<Library> next = new ArrayDeque<>(from);
    while (!next.isEmpty()) {
      Library library = next.removeFirst();
      if (reached.putIfAbsent(library.name(), library) == null) {
        Pom.of(library.path())
            .dependencies()
            .map(onClassPath::get)
            .filter(Objects::nonNull)
            .forEach(next::add);
      }
    }
    return reached.values();
  }
}
