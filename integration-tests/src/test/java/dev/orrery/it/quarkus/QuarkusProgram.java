package dev.orrery.it.quarkus;

import dev.orrery.it.harness.ProjectCopy;
import dev.orrery.it.harness.Stack;
import dev.orrery.it.harness.StarterRepository;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An application that Maven has built with the extension of this build. */
final class QuarkusProgram {
  private static final String REPOSITORY = "quarkus-repository";

  private final Path jar;

  private QuarkusProgram(Path jar) {
    this.jar = jar;
  }

  /**
   * @param project a directory with a {@code pom.xml}, which stays as it is
   */
  static QuarkusProgram build(Path project) throws IOException {
    return build(List.of(project));
  }

  /**
   * @param sources the project, and directories with what it has in addition
   * @param options of Maven
   */
  static QuarkusProgram build(List<Path> sources, String... options) throws IOException {
    Path copy =
        ProjectCopy.of(sources.get(0), sources.subList(1, sources.size()).toArray(Path[]::new));
    List<String> command =
        new ArrayList<>(
            List.of(
                Stack.root().resolve("mvnw").toAbsolutePath().toString(),
                "-q",
                "-f",
                copy.resolve("pom.xml").toAbsolutePath().toString(),
                "package",
                "-DskipTests"));
    command.addAll(List.of(options));
    StarterRepository.fill(REPOSITORY).build(command, copy.resolve("maven.log"));
    return new QuarkusProgram(copy.resolve("target/quarkus-app/quarkus-run.jar"));
  }

  /**
   * Starts the application, without waiting.
   *
   * @param settings as {@code key=value}
   */
  ProgramProcess start(Path log, List<String> settings) {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC"));
    settings.forEach(setting -> command.add("-D" + setting));
    command.addAll(List.of("-jar", jar.toAbsolutePath().toString()));
    return ProgramProcess.start(command, Map.of(), log);
  }
}
