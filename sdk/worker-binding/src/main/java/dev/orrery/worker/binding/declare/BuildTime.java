package dev.orrery.worker.binding.declare;

import java.io.IOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.net.URLConnection;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Determines when the classes of the jobs were compiled, from the times of the class files. */
public final class BuildTime {
  private BuildTime() {}

  /**
   * Returns the time of the newest class; the present one if no file tells, as in a native program.
   */
  public static Instant of(Collection<Class<?>> jobs, InstantSource clock) {
    return jobs.stream()
        .map(BuildTime::of)
        .flatMap(Optional::stream)
        .max(Comparator.naturalOrder())
        .orElseGet(clock::instant);
  }

  private static Optional<Instant> of(Class<?> type) {
    String name = type.getName();
    URL file = type.getResource(name.substring(name.lastIndexOf('.') + 1) + ".class");
    if (file == null) {
      return Optional.empty();
    }
    try {
      long millis = millis(file.openConnection());
      return millis > 0 ? Optional.of(Instant.ofEpochMilli(millis)) : Optional.empty();
    } catch (IOException e) {
      // The class is loaded, so this is no error of the application: its file tells no time.
      return Optional.empty();
    }
  }

  private static long millis(URLConnection connection) throws IOException {
    connection.setUseCaches(false);
    if (connection instanceof JarURLConnection jar) {
      return jar.getJarEntry() == null ? 0 : jar.getJarEntry().getTime();
    }
    long modified = connection.getLastModified();
    connection.getInputStream().close();
    return modified;
  }
}
