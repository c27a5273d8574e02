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
 * A copy of a packaged application with changed content of some jars. This way the shipped packages
 * need no test switches.
 */
final class PackageCopy {
  private final Path application;
  private final List<Path> jars;
  private final Map<String, byte[]> changed = new LinkedHashMap<>();

  /**
   * @param application a directory {@code quarkus-app}
   * @param jarName prefix of the changed jar's name
   */
  PackageCopy(Path application, String jarName) throws IOException {
    this(application, List.of(jar(application, jarName)));
  }

  /**
   * @param jars changed jars of the application
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

  /** Adds or replaces an entry of the jars. */
  void put(String entry, byte[] content) {
    changed.put(entry, content);
  }

  /**
   * Adds or replaces a class with its nested classes.
   *
   * @param name with its package, separated by slashes
   * @param work a directory for the compiler, for this class only
   * @param classPath additional dependencies
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
      for (Path one :
          compiled.filter(path -> isOf(name, work.relativize(path).toString())).toList()) {
        put(work.relativize(one).toString(), Files.readAllBytes(one));
      }
    }
  }

  /** Leaves out classes that an earlier run compiled for another patch of this name. */
  private static boolean isOf(String name, String file) {
    return file.equals(name + ".class") || file.startsWith(name + "$");
  }

  /**
   * Writes the copy, over an older one if necessary; the other files are links. It has no class
   * archive, because the original's does not match.
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
