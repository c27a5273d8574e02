package dev.orrery.it.harness;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.testing.program.JarProgram;
import dev.orrery.testing.program.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Class archives of the packages, for the JVM of the tests; made where they are missing. */
public final class ClassArchives {
  private static boolean made;

  private ClassArchives() {}

  /**
   * @param program one of those that were built here
   * @return its archive
   */
  public static Path of(JarProgram program) {
    makeFor(program);
    return program.archive();
  }

  /** Does nothing for a program that was not built here. */
  static synchronized void makeFor(Program program) {
    if (!made && (program.equals(Builds.ownScheduler()) || program.equals(Builds.ownAgent()))) {
      make();
      made = true;
    }
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
