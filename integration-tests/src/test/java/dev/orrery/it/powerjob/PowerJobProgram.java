package dev.orrery.it.powerjob;

import dev.orrery.it.harness.Stack;
import dev.orrery.testing.program.ProgramProcess;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * A program of {@code src/powerjob} with a published worker of PowerJob in it. Its libraries are on
 * no class path of ours: Maven copies them beside the other tools of the tests, once.
 */
final class PowerJobProgram {
  private static final String VERSION = "4.3.9";
  private static final Duration MAX_DOWNLOAD = Duration.ofMinutes(3);
  private static final Path SOURCES = Stack.root().resolve("integration-tests/src/powerjob");

  /** What the worker reads of the JDK by reflection. */
  private static final List<String> OPENED =
      List.of(
          "java.base/java.lang",
          "java.base/java.util",
          "java.base/java.net",
          "java.base/sun.net.util",
          "java.base/java.nio",
          "java.base/sun.nio.ch",
          "java.base/java.math",
          "java.base/java.text",
          "java.base/java.time",
          "java.sql/java.sql");

  private final Path libraries;
  private final Path classes;

  private PowerJobProgram(Path libraries, Path classes) {
    this.libraries = libraries;
    this.classes = classes;
  }

  /** Returns the program; empty if no repository of Maven has the libraries. */
  static Optional<PowerJobProgram> build() throws IOException {
    Path libraries = Path.of(System.getProperty("orrery.it.tools"), "powerjob-" + VERSION);
    Path log = Files.createTempFile(Files.createDirectories(Stack.work()), "powerjob-", ".log");
    if (!isComplete(libraries) && !copy(libraries, log, "--offline") && !copy(libraries, log)) {
      System.out.println("The libraries of PowerJob's worker are missing, see " + log);
      return Optional.empty();
    }
    return Optional.of(
        new PowerJobProgram(
            libraries,
            compile(libraries, Files.createTempDirectory(Stack.work(), "powerjob-classes-"))));
  }

  private static boolean isComplete(Path libraries) {
    return Files.exists(libraries.resolve("complete"));
  }

  private static boolean copy(Path libraries, Path log, String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Stack.root().resolve("mvnw").toAbsolutePath().toString(),
                "--batch-mode",
                "--file",
                SOURCES.resolve("pom.xml").toAbsolutePath().toString(),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                "-DoutputDirectory=" + libraries.toAbsolutePath()));
    command.addAll(List.of(options));
    ProgramProcess maven = ProgramProcess.start(command, Map.of(), log);
    if (maven.awaitExit(MAX_DOWNLOAD) != 0) {
      return false;
    }
    Files.writeString(libraries.resolve("complete"), VERSION);
    return true;
  }

  private static Path compile(Path libraries, Path classes) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (Stream<Path> files = Files.walk(SOURCES.resolve("java"));
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of("-proc:none", "-d", classes.toString(), "-cp", classPath(libraries));
      List<Path> sources = files.filter(file -> file.toString().endsWith(".java")).toList();
      if (!compiler
          .getTask(null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(sources))
          .call()) {
        throw new AssertionError("The program of PowerJob's worker does not compile");
      }
    }
    return classes;
  }

  private static String classPath(Path libraries) {
    try (Stream<Path> files = Files.list(libraries)) {
      return String.join(
          File.pathSeparator,
          files.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a worker, without waiting. */
  ProgramProcess start(Path directory, int schedulerPort, String app, int port) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    OPENED.forEach(name -> command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED")));
    command.addAll(
        List.of(
            "-Dpowerjob.network.local.address=127.0.0.1",
            "-Duser.home=" + directory,
            "-cp",
            classes + File.pathSeparator + classPath(libraries),
            "worker.Main",
            "127.0.0.1:" + schedulerPort,
            app,
            Integer.toString(port)));
    return ProgramProcess.start(command, Map.of(), directory.resolve("powerjob-worker.log"));
  }
}
