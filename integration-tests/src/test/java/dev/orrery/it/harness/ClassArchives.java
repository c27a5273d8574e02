package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Class archives of the packages, for the JVM of the tests; made where they are missing. */
public final class ClassArchives {
  private static CompletableFuture<Void> made;

  private ClassArchives() {}

  /**
   * @param module such as {@code worker-agent}
   * @return the archive of its package
   */
  public static Path of(String module) {
    making().join();
    return packageOf(module).resolve("orrery-" + System.getProperty("java.vm.version") + ".jsa");
  }

  /** Begins to make them, unless that has been done, without waiting for the end. */
  static void makeMeanwhile() {
    var unused = making();
  }

  private static synchronized CompletableFuture<Void> making() {
    if (made == null) {
      made = CompletableFuture.runAsync(ClassArchives::make, task -> new Thread(task).start());
    }
    return made;
  }

  /** The archive of a package as it was built; none for a copy of one. */
  static Optional<Path> fitting(Path jar) {
    return Stream.of("scheduler-service", "worker-agent")
        .filter(module -> jar.equals(packageOf(module).resolve("quarkus-run.jar")))
        .map(ClassArchives::of)
        .findFirst();
  }

  private static Path packageOf(String module) {
    return Stack.root().resolve(module).resolve("target/quarkus-app");
  }

  private static void make() {
    Path log = Stack.work().resolve("archive.log");
    try {
      Files.createDirectories(log.getParent());
      Process making =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Dorrery.home=" + Stack.root(),
                  "-jar",
                  Stack.root().resolve("cli/target/orrery-cli.jar").toString(),
                  "archive",
                  "--if-missing")
              .directory(log.getParent().toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      assertThat(making.waitFor()).as(Files.readString(log)).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
