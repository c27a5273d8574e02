package dev.orrery.slips;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A copy of the sources that can be broken, built and repaired without harm to the original. */
final class ScratchBuild {
  private static final int LONGEST_MINUTES = 20;

  private static final String REPORTS = "target/surefire-reports";

  private final Path original;
  private final Path copy;

  private ScratchBuild(Path original, Path copy) {
    this.original = original;
    this.copy = copy;
  }

  /** Copies what git knows or would add; a file that is equal in an earlier copy stays as it is. */
  static ScratchBuild of(Path original, Path copy) throws IOException, InterruptedException {
    ScratchBuild build = new ScratchBuild(original, copy);
    List<String> sources = build.sources();
    build.removeOthers(sources);
    for (String source : sources) {
      build.restore(source);
    }
    return build;
  }

  private List<String> sources() throws IOException, InterruptedException {
    Process git =
        new ProcessBuilder("git", "ls-files", "-co", "--exclude-standard", "-z")
            .directory(original.toFile())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String names = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(git.waitFor()).as("exit code of git ls-files").isZero();
    return Stream.of(names.split("\0"))
        .filter(name -> Files.isRegularFile(original.resolve(name)))
        .toList();
  }

  /** Sources of an earlier copy that are gone would be compiled all the same. */
  private void removeOthers(List<String> sources) throws IOException {
    if (!Files.isDirectory(copy)) {
      return;
    }
    Set<Path> expected = sources.stream().map(copy::resolve).collect(Collectors.toSet());
    try (Stream<Path> files = Files.walk(copy)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!isBuilt(copy.relativize(file)) && !expected.contains(file)) {
          Files.delete(file);
        }
      }
    }
  }

  private static boolean isBuilt(Path file) {
    return StreamSupport.stream(file.spliterator(), false).anyMatch(Path.of("target")::equals);
  }

  /** Makes a file of the copy equal to the original. */
  void restore(String file) throws IOException {
    Path target = copy.resolve(file);
    if (!Files.exists(target) || Files.mismatch(original.resolve(file), target) != -1) {
      Files.createDirectories(target.getParent());
      // Without the old time, so that the compiler sees the change.
      Files.write(target, Files.readAllBytes(original.resolve(file)));
      target.toFile().setExecutable(Files.isExecutable(original.resolve(file)));
    }
  }

  void apply(Slip slip) throws IOException {
    Path target = copy.resolve(slip.file());
    Files.writeString(target, slip.applyTo(Files.readString(target)));
  }

  /**
   * Builds as far as these tests of a module.
   *
   * @param log a new file for all that the build writes
   */
  Outcome test(String module, String tests, Path log) throws IOException, InterruptedException {
    removeReports(module);
    Process maven =
        new ProcessBuilder(
                copy.resolve("mvnw").toString(),
                "-B",
                "-Dquick",
                "verify",
                "-pl",
                module,
                "-am",
                "-Dtest=" + tests,
                "-Dsurefire.failIfNoSpecifiedTests=false")
            .directory(copy.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(maven.waitFor(LONGEST_MINUTES, TimeUnit.MINUTES)).as("ends; see " + log).isTrue();
    } finally {
      maven.descendants().forEach(ProcessHandle::destroyForcibly);
      maven.destroyForcibly();
    }
    List<TestResult> results = new ArrayList<>();
    for (Path report : reports(module)) {
      results.addAll(TestResult.in(report));
    }
    return new Outcome(maven.exitValue() == 0, results);
  }

  private void removeReports(String module) throws IOException {
    for (Path report : reports(module)) {
      Files.delete(report);
    }
  }

  private List<Path> reports(String module) throws IOException {
    Path directory = copy.resolve(module).resolve(REPORTS);
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(file -> file.toString().endsWith(".xml")).toList();
    }
  }

  /** The result of a build, and of its tests. */
  record Outcome(boolean green, List<TestResult> results) {
    List<TestResult> red() {
      return results.stream().filter(TestResult::red).toList();
    }
  }
}
