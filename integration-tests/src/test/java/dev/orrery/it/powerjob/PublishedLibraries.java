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
 * Published PowerJob libraries with what they need. They are on no class path of ours: Maven copies
 * them beside the other tools of the tests, once.
 */
final class PublishedLibraries {
  static final Path SOURCES = Stack.root().resolve("integration-tests/src/powerjob");
  private static final Duration MAX_DOWNLOAD = Duration.ofMinutes(3);

  private final Path directory;

  private PublishedLibraries(Path directory) {
    this.directory = directory;
  }

  /**
   * Returns the libraries; empty if no repository of Maven has them.
   *
   * @param name of their directory
   * @param pom relative to {@link #SOURCES}
   * @param properties options of Maven
   */
  static Optional<PublishedLibraries> copy(String name, String pom, List<String> properties)
      throws IOException {
    Path directory = Path.of(System.getProperty("orrery.it.tools"), name);
    Path log = Files.createTempFile(Files.createDirectories(Stack.work()), "powerjob-", ".log");
    if (!Files.exists(directory.resolve("complete"))
        && !copy(directory, pom, properties, log, "--offline")
        && !copy(directory, pom, properties, log)) {
      System.out.printf("The libraries %s are missing, see %s%n", name, log);
      return Optional.empty();
    }
    return Optional.of(new PublishedLibraries(directory));
  }

  private static boolean copy(
      Path directory, String pom, List<String> properties, Path log, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Stack.root().resolve("mvnw").toAbsolutePath().toString(),
                "--batch-mode",
                "--file",
                SOURCES.resolve(pom).toAbsolutePath().toString(),
                "dependency:copy-dependencies",
                "-DincludeScope=runtime",
                "-DoutputDirectory=" + directory.toAbsolutePath()));
    command.addAll(properties);
    command.addAll(List.of(options));
    ProgramProcess maven = ProgramProcess.start(command, Map.of(), log);
    if (maven.awaitExit(MAX_DOWNLOAD) != 0) {
      return false;
    }
    Files.writeString(directory.resolve("complete"), directory.getFileName().toString());
    return true;
  }

  /** Compiles a program, and returns the class path to run it with. */
  String compile(Path sources) throws IOException {
    Path classes = Files.createTempDirectory(Stack.work(), "powerjob-classes-");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (Stream<Path> files = Files.walk(sources);
        StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = List.of("-proc:none", "-d", classes.toString(), "-cp", jars());
      List<Path> found = files.filter(file -> file.toString().endsWith(".java")).toList();
      if (!compiler
          .getTask(null, manager, null, options, null, manager.getJavaFileObjectsFromPaths(found))
          .call()) {
        throw new AssertionError("The program does not compile: " + sources);
      }
    }
    return classes + File.pathSeparator + jars();
  }

  /** Returns the jar whose name begins like this. */
  Path jar(String begin) {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(begin))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String jars() {
    try (Stream<Path> files = Files.list(directory)) {
      return String.join(
          File.pathSeparator,
          files.map(Path::toString).filter(name -> name.endsWith(".jar")).sorted().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
