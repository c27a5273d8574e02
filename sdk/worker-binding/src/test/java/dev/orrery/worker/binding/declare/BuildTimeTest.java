package dev.orrery.worker.binding.declare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BuildTimeTest {
  private static final Instant NOW = Instant.parse("2027-03-28T01:00:00Z");
  private static final Instant OLD = Instant.parse("2027-01-02T03:04:06Z");
  private static final Instant NEWER = Instant.parse("2027-02-02T03:04:06Z");
  private static final InstantSource CLOCK = InstantSource.fixed(NOW);

  @TempDir Path directory;

  static class OneJob {}

  static class OtherJob {}

  /** Defines the class anew, so that its file is the one that this loader finds. */
  private static final class Loader extends URLClassLoader {
    Loader(URL url) {
      super(new URL[] {url}, null);
    }
  }

  @Test
  void usesTimeOfNewestClassFile() throws IOException, ClassNotFoundException {
    write(OneJob.class, OLD);
    write(OtherJob.class, NEWER);

    try (Loader loader = new Loader(directory.toUri().toURL())) {
      Set<Class<?>> jobs =
          Set.of(
              loader.loadClass(OneJob.class.getName()), loader.loadClass(OtherJob.class.getName()));

      assertThat(BuildTime.of(jobs, CLOCK)).isEqualTo(NEWER);
    }
  }

  @Test
  void usesTimeOfJarEntryRatherThanOfJar() throws IOException, ClassNotFoundException {
    Path jar = directory.resolve("app.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      JarEntry entry = new JarEntry(file(OneJob.class));
      entry.setLastModifiedTime(FileTime.from(OLD));
      out.putNextEntry(entry);
      out.write(bytes(OneJob.class));
    }

    try (Loader loader = new Loader(jar.toUri().toURL())) {
      assertThat(BuildTime.of(Set.of(loader.loadClass(OneJob.class.getName())), CLOCK))
          .isEqualTo(OLD);
    }
  }

  @Test
  void usesCurrentTimeWithoutClassFile() throws ClassNotFoundException {
    ClassLoader loader =
        new ClassLoader(null) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            try {
              byte[] bytes = bytes(OneJob.class);
              return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
              throw new ClassNotFoundException(name, e);
            }
          }
        };

    assertThat(BuildTime.of(Set.of(loader.loadClass(OneJob.class.getName())), CLOCK))
        .isEqualTo(NOW);
    assertThat(BuildTime.of(Set.of(), CLOCK)).isEqualTo(NOW);
  }

  private void write(Class<?> type, Instant time) throws IOException {
    Path file = directory.resolve(file(type));
    Files.createDirectories(file.getParent());
    Files.copy(new ByteArrayInputStream(bytes(type)), file);
    Files.setLastModifiedTime(file, FileTime.from(time));
  }

  private static byte[] bytes(Class<?> type) throws IOException {
    try (InputStream in = type.getClassLoader().getResourceAsStream(file(type))) {
      return in.readAllBytes();
    }
  }

  private static String file(Class<?> type) {
    return type.getName().replace('.', '/') + ".class";
  }
}
