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
  static final String DEFAULT_VERSION = "4.3.9";
  private static final Duration MAX_DOWNLOAD = Duration.ofMinutes(3);
  private static final Path SOURCES = Stack.root().resolve("integration-tests/src/powerjob");

  /** The starter of the newest 5.x is not published. */
  private static final String STARTER_OF_5 = "5.1.1";

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
  static Optional<PowerJobProgram> build(String version) throws IOException {
    Path libraries = Path.of(System.getProperty("orrery.it.tools"), "powerjob-" + version);
    Path log = Files.createTempFile(Files.createDirectories(Stack.work()), "powerjob-", ".log");
    if (!isComplete(libraries)
        && !copy(version, libraries, log, "--offline")
        && !copy(version, libraries, log)) {
      System.out.printf(
          "The libraries of PowerJob's worker %s are missing, see %s%n", version, log);
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

  private static boolean copy(String version, Path libraries, Path log, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Stack.root().resolve("mvnw").toAbsolutePath().toString(),
                "--batch-mode",
                "--file",
                SOURCES.resolve("pom.xml").toAbsolutePath().toString(),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                "-Dpowerjob.version=" + version,
                "-Dpowerjob.starter.version="
                    + (version.startsWith("5.") ? STARTER_OF_5 : DEFAULT_VERSION),
                "-DoutputDirectory=" + libraries.toAbsolutePath()));
    command.addAll(List.of(options));
    ProgramProcess maven = ProgramProcess.start(command, Map.of(), log);
    if (maven.awaitExit(MAX_DOWNLOAD) != 0) {
      return false;
    }
    Files.writeString(libraries.resolve("complete"), version);
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

  /**
   * What a test sets of a worker.
   *
   * @param protocol in any case
   * @param processors the worker has ten threads for each
   * @param maxRuns more are dropped in silence
   */
  record Setting(String protocol, int processors, int maxRuns) {
    static final Setting DEFAULT = new Setting("HTTP", 2, 1024);

    static Setting processors(int processors) {
      return new Setting("HTTP", processors, 1024);
    }
  }

  /**
   * Starts a worker, without waiting.
   *
   * @param servers the API ports of schedulers, as {@code HOST:PORT,HOST:PORT}
   */
  ProgramProcess start(Path directory, String servers, String app, int port, Setting setting) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    OPENED.forEach(name -> command.addAll(List.of("--add-opens", name + "=ALL-UNNAMED")));
    command.addAll(
        List.of(
            "-XX:ActiveProcessorCount=" + setting.processors(),
            "-Dpowerjob.network.local.address=127.0.0.1",
            "-Duser.home=" + directory,
            "-cp",
            classes + File.pathSeparator + classPath(libraries),
            "worker.Main",
            setting.protocol(),
            servers,
            app,
            Integer.toString(port),
            Integer.toString(setting.maxRuns())));
    return ProgramProcess.start(
        command, Map.of(), directory.resolve("powerjob-worker-" + port + ".log"));
  }
}
