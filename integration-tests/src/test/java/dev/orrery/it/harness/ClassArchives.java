package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.JarProgram;
import dev.orrery.testing.program.Program;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Class archives of the packages for the JVM of the tests; creates missing ones. */
public final class ClassArchives {
  private static final Duration LONGEST = Duration.ofMinutes(10);

  private static CompletableFuture<Void> made;

  private ClassArchives() {}

  /**
   * @param program one of this repository's build
   * @return its archive
   */
  public static Path of(JarProgram program) {
    making().join();
    return program.archive();
  }

  /** Waits for the archive of a program of this build; ignores others. */
  static void makeFor(Program program) {
    if (program.equals(Builds.ownScheduler()) || program.equals(Builds.ownAgent())) {
      making().join();
    }
  }

  /** Starts to create the archives, if necessary, without waiting for the end. */
  static void makeMeanwhile() {
    var unused = making();
  }

  private static synchronized CompletableFuture<Void> making() {
    if (made == null) {
      made = CompletableFuture.runAsync(ClassArchives::make, task -> new Thread(task).start());
    }
    return made;
  }

  private static void make() {
    Path log = Stack.work().resolve("archive.log");
    Path lock = Stack.root().resolve("cli/target/archive.lock");
    // Another module waits for the archives instead of making them as well.
    try (FileChannel modules =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      modules.lock();
      List<String> command =
          List.of(
              Path.of(System.getProperty("java.home"), "bin", "java").toString(),
              "-Dorrery.home=" + Stack.root(),
              "-jar",
              Stack.root().resolve("cli/target/orrery-cli.jar").toString(),
              "archive",
              "--if-missing");
      ProgramProcess making = ProgramProcess.start(command, Map.of(), log);
      assertThat(making.awaitExit(LONGEST)).as(making.output()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
