package dev.orrery.scheduler.console;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** Reads the files of the console from its jar, on the first request. */
@Singleton
class StaticFileLoader {
  private static final String FOLDER = "META-INF/orrery-console/";

  /** Lists the paths of all other files, one per line; made by the build of the module console. */
  private static final String LIST = "files.txt";

  private StaticFileSet files;

  /** Returns the files; the first call blocks. */
  synchronized StaticFileSet load() {
    if (files == null) {
      Map<String, byte[]> content = new HashMap<>();
      new String(read(LIST), StandardCharsets.UTF_8)
          .lines()
          .forEach(path -> content.put(path, read(path)));
      files = new StaticFileSet(content);
    }
    return files;
  }

  private static byte[] read(String path) {
    try (InputStream in =
        Thread.currentThread().getContextClassLoader().getResourceAsStream(FOLDER + path)) {
      if (in == null) {
        throw new IllegalStateException("The package lacks the file " + FOLDER + path);
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
