package dev.orrery.it.spring;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.Ports;
import dev.orrery.testing.program.ProgramProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Assumptions;

/**
 * The application of {@code src/spring} with a starter and a release of Spring Boot. Boot's
 * libraries are on no class path of ours: Maven copies them beside the other tools of the tests,
 * once.
 */
final class SpringProgram {
  private static final Duration MAX_DOWNLOAD = Duration.ofMinutes(3);
  private static final Path SOURCES = Stack.root().resolve("integration-tests/src/spring");
  private static final List<String> OUR_MODULES =
      List.of(
          "protocol",
          "protocol/trigger",
          "sdk/java-client",
          "sdk/worker",
          "sdk/worker-annotations",
          "sdk/worker-binding",
          "sdk/spring-common");

  private final List<String> classPath;

  private SpringProgram(List<String> classPath) {
    this.classPath = classPath;
  }

  /**
   * Returns the program; skips the test if no repository of Maven has the libraries.
   *
   * @param boot the release of Spring Boot
   */
  static SpringProgram build(String boot) throws IOException {
    return build(boot, "spring-boot-" + boot, List.of(), "java");
  }

  /** The same with OpenTelemetry, which prints its spans. */
  static SpringProgram buildTraced(String boot) throws IOException {
    return build(
        boot,
        "spring-boot-traced-" + boot,
        List.of("-Ptraced-" + boot.charAt(0)),
        "java",
        "traced");
  }

  /** The application with an outbox in PostgreSQL. */
  static SpringProgram buildOutbox(String boot) throws IOException {
    return build(boot, "spring-boot-outbox-" + boot, List.of("-Poutbox"), "outbox");
  }

  private static SpringProgram build(
      String boot, String name, List<String> profiles, String... sources) throws IOException {
    Path libraries = Path.of(System.getProperty("orrery.it.tools"), name);
    Path log = Files.createTempFile(Files.createDirectories(Stack.work()), "spring-", ".log");
    if (!Files.exists(libraries.resolve("complete"))
        && !copy(boot, libraries, log, profiles, "--offline")
        && !copy(boot, libraries, log, profiles)) {
      System.out.println("SKIPPED " + name + ": its libraries cannot be resolved, see " + log);
      Assumptions.abort(name + " cannot be resolved");
    }
    List<String> classPath = new ArrayList<>();
    OUR_MODULES.forEach(module -> classPath.add(jar(module)));
    classPath.add(
        jar(boot.startsWith("3.") ? "sdk/spring-boot-3-starter" : "sdk/spring-boot-starter"));
    classPath.addAll(jars(libraries, ""));
    classPath.add(0, compile(classPath, sources).toString());
    return new SpringProgram(classPath);
  }

  /**
   * Returns the program with the jobs of a release besides its own.
   *
   * @param built when its classes were compiled, as their files say
   */
  SpringProgram release(int release, Instant built) throws IOException {
    SpringProgram released = with("release-" + release);
    setTime(Path.of(released.classPath.get(0)), built);
    return released;
  }

  /** Returns the program with more sources besides its own. */
  SpringProgram with(String sources) throws IOException {
    List<String> more = new ArrayList<>(classPath.subList(1, classPath.size()));
    more.add(0, compile(more, "java", sources).toString());
    return new SpringProgram(more);
  }

  private static boolean copy(
      String boot, Path libraries, Path log, List<String> profiles, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Stack.root().resolve("mvnw").toAbsolutePath().toString(),
                "--batch-mode",
                "--file",
                SOURCES.resolve("pom.xml").toAbsolutePath().toString(),
                "dependency:copy-dependencies",
                "-Dspring-boot.version=" + boot,
                "-DincludeScope=runtime",
                "-DoutputDirectory=" + libraries.toAbsolutePath()));
    command.addAll(profiles);
    command.addAll(List.of(options));
    ProgramProcess maven = ProgramProcess.start(command, Map.of(), log);
    if (maven.awaitExit(MAX_DOWNLOAD) != 0) {
      return false;
    }
    Files.writeString(libraries.resolve("complete"), boot);
    return true;
  }

  private static String jar(String module) {
    Path target = Stack.root().resolve(module).resolve("target");
    List<String> found =
        jars(target, "orrery-").stream().filter(name -> !name.endsWith("-sources.jar")).toList();
    if (found.size() != 1) {
      throw new AssertionError("One jar expected in " + target + ", found " + found);
    }
    return found.get(0);
  }

  private static List<String> jars(Path directory, String prefix) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .map(file -> file.toAbsolutePath().normalize().toString())
          .filter(name -> name.endsWith(".jar"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param directories of the sources
   */
  private static Path compile(List<String> classPath, String... directories) throws IOException {
    Path classes = Files.createTempDirectory(Stack.work(), "spring-classes-");
    List<Path> sources = new ArrayList<>();
    for (String directory : directories) {
      try (Stream<Path> files = Files.walk(SOURCES.resolve(directory))) {
        files.filter(file -> file.toString().endsWith(".java")).forEach(sources::add);
      }
    }
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "-parameters",
              "-proc:none",
              "-d",
              classes.toString(),
              "-cp",
              String.join(File.pathSeparator, classPath));
      if (!compiler
          .getTask(null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
          .call()) {
        throw new AssertionError("The application with the starter does not compile");
      }
    }
    return classes;
  }

  /** Makes the classes of the application look as if they were compiled again. */
  void touchClasses() throws IOException {
    setTime(Path.of(classPath.get(0)), Instant.now());
  }

  private static void setTime(Path classes, Instant time) throws IOException {
    try (Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.from(time));
      }
    }
  }

  /**
   * Starts the application, without waiting.
   *
   * @param settings as {@code key=value}
   */
  SpringApplicationProcess start(Path log, List<String> settings) {
    int port = Ports.free();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                String.join(File.pathSeparator, classPath),
                "app.Application"));
    command.addAll(
        List.of(
            "--server.port=" + port,
            "--spring.application.name=billing",
            "--management.endpoints.web.exposure.include=*",
            "--management.endpoint.health.show-details=always"));
    settings.forEach(setting -> command.add("--" + setting));
    return new SpringApplicationProcess(ProgramProcess.start(command, Map.of(), log), port);
  }
}
