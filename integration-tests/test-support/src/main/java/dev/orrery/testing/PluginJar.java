package dev.orrery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles classes and packs them into a jar, as the author of a plugin would. */
public final class PluginJar {
  private final Map<String, String> sources = new LinkedHashMap<>();
  private final List<String> services = new ArrayList<>();

  /**
   * Adds a class.
   *
   * @param name of the class, with its package
   */
  public PluginJar source(String name, String text) {
    sources.put(name, text);
    return this;
  }

  /** Adds a processor class with this body for {@code process}. */
  public PluginJar processor(String name, String body) {
    return processor(name, name.substring(name.lastIndexOf('.') + 1), body);
  }

  /**
   * Adds a processor class under another name.
   *
   * @param name of the class, with its package
   */
  public PluginJar processor(String name, String jobsCallIt, String body) {
    int dot = name.lastIndexOf('.');
    services.add(name);
    return source(
        name,
        "package %s; public class %s implements dev.orrery.worker.Processor {"
                .formatted(name.substring(0, dot), name.substring(dot + 1))
            + " public String name() { return \"%s\"; }".formatted(jobsCallIt)
            + " public String process(dev.orrery.worker.AttemptContext context) throws Exception {"
            + body
            + "} }");
  }

  /** Registers a class as a processor, whether or not it exists. */
  public PluginJar service(String name) {
    services.add(name);
    return this;
  }

  /** Writes the jar and its parent directories. */
  public Path write(Path jar) throws IOException {
    Path work = Files.createTempDirectory("plugin");
    List<Path> files = new ArrayList<>();
    for (Map.Entry<String, String> source : sources.entrySet()) {
      Path file = work.resolve("src").resolve(source.getKey().replace('.', '/') + ".java");
      Files.createDirectories(file.getParent());
      Files.writeString(file, source.getValue());
      files.add(file);
    }
    Path classes = Files.createDirectories(work.resolve("classes"));
    if (!files.isEmpty()) {
      compile(files, classes);
    }
    if (!services.isEmpty()) {
      Path file = classes.resolve("META-INF/services/dev.orrery.worker.Processor");
      Files.createDirectories(file.getParent());
      Files.write(file, services, StandardCharsets.UTF_8);
    }
    pack(classes, jar);
    return jar;
  }

  private static void compile(List<Path> files, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-proc:none", "-d", classes.toString(), "-cp", System.getProperty("java.class.path"));
      boolean compiled =
          compiler
              .getTask(
                  null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(files))
              .call();
      assertThat(compiled).isTrue();
    }
  }

  private static void pack(Path classes, Path jar) throws IOException {
    Files.createDirectories(jar.getParent());
    try (OutputStream output = Files.newOutputStream(jar);
        JarOutputStream packed = new JarOutputStream(output);
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        packed.putNextEntry(new JarEntry(classes.relativize(file).toString()));
        Files.copy(file, packed);
        packed.closeEntry();
      }
    }
  }
}
