package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/**
 * A packaged application as another build would be: the same files, but for what some of its jars
 * hold. So the packages that are shipped need no switch for it.
 */
final class PackageCopy {
  private final Path application;
  private final List<Path> jars;
  private final Map<String, byte[]> changed = new LinkedHashMap<>();

  /**
   * @param application a directory {@code quarkus-app}
   * @param jarName how the name of the jar begins that is another one
   */
  PackageCopy(Path application, String jarName) throws IOException {
    this(application, List.of(jar(application, jarName)));
  }

  /**
   * @param jars those of the application that are other ones
   */
  PackageCopy(Path application, List<Path> jars) {
    this.application = application;
    this.jars = jars;
  }

  static Path jar(Path application, String jarName) throws IOException {
    try (Stream<Path> files = Files.walk(application.resolve("lib"))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(jarName))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Reads an entry of the first jar. */
  byte[] read(String entry) throws IOException {
    try (JarFile original = new JarFile(jars.get(0).toFile());
        InputStream content = original.getInputStream(original.getJarEntry(entry))) {
      return content.readAllBytes();
    }
  }

  /** Adds an entry to the jars, or puts it in the place of one. */
  void put(String entry, byte[] content) {
    changed.put(entry, content);
  }

  /**
   * The same with a class, and those that are in it.
   *
   * @param name with its package, by slashes
   * @param work a directory for what the compiler needs, of this class only
   * @param classPath what it needs beyond the JDK
   */
  void putClass(String name, String source, Path work, List<Path> classPath) throws IOException {
    Path file = work.resolve(name + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      manager.setLocationFromPaths(StandardLocation.CLASS_PATH, classPath);
      List<String> options =
          List.of("-proc:none", "-parameters", "--release", "17", "-d", work.toString());
      assertThat(
              compiler
                  .getTask(null, manager, null, options, null, manager.getJavaFileObjects(file))
                  .call())
          .isTrue();
    }
    try (Stream<Path> compiled = Files.walk(work)) {
      for (Path one : compiled.filter(path -> path.toString().endsWith(".class")).toList()) {
        put(work.relativize(one).toString(), Files.readAllBytes(one));
      }
    }
  }

  /**
   * Makes the copy, over an older one if need be; the other files are links. It has no class
   * archive: that of the original does not fit.
   */
  void write(Path copy) throws IOException {
    try (Stream<Path> files = Files.walk(application)) {
      for (Path file :
          files.filter(Files::isRegularFile).filter(PackageCopy::isNoArchive).toList()) {
        Path target = copy.resolve(application.relativize(file));
        Files.createDirectories(target.getParent());
        Files.deleteIfExists(target);
        if (jars.contains(file)) {
          writeJar(file, target);
        } else {
          Files.createLink(target, file);
        }
      }
    }
  }

  private static boolean isNoArchive(Path file) {
    return !file.toString().endsWith(".jsa");
  }

  private void writeJar(Path jar, Path target) throws IOException {
    try (JarFile original = new JarFile(jar.toFile());
        OutputStream output = Files.newOutputStream(target);
        JarOutputStream rewritten = new JarOutputStream(output)) {
      for (JarEntry entry : original.stream().toList()) {
        if (!changed.containsKey(entry.getName())) {
          rewritten.putNextEntry(new JarEntry(entry.getName()));
          try (InputStream content = original.getInputStream(entry)) {
            content.transferTo(rewritten);
          }
          rewritten.closeEntry();
        }
      }
      for (Map.Entry<String, byte[]> entry : changed.entrySet()) {
        rewritten.putNextEntry(new JarEntry(entry.getKey()));
        rewritten.write(entry.getValue());
        rewritten.closeEntry();
      }
    }
  }
}
