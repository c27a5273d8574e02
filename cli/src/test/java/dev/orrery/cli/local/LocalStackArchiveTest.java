package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Class archives that a stack makes beside its programs. */
class LocalStackArchiveTest {
  private static final Duration LONGEST = Duration.ofSeconds(60);
  private static final String CLASS_PATH = System.getProperty("java.class.path");

  @TempDir private Path home;

  @BeforeEach
  void installProgramsWithoutArchives() throws Exception {
    for (String program : new String[] {"scheduler", "agent"}) {
      Files.createFile(Files.createDirectory(home.resolve(program)).resolve("quarkus-run.jar"));
    }
    System.setProperty("java.class.path", archivingJar().toString());
  }

  @AfterEach
  void restoreClassPath() {
    System.setProperty("java.class.path", CLASS_PATH);
  }

  @Test
  void archivesAreAwaitedUntilTheyAreComplete() throws IOException {
    Files.createFile(home.resolve("complete"));
    try (LocalStack stack = stack()) {
      assertThat(stack.archiveInBackground()).isTrue();

      assertThat(stack.awaitArchives(LONGEST)).isTrue();
      assertThat(stack.isArchiving()).isFalse();
    }
  }

  @Test
  void closeOfTheStackEndsTheWaitForItsArchives() throws Exception {
    LocalStack stack = stack();
    stack.archiveInBackground();
    assertThat(stack.isArchiving()).isTrue();
    CompletableFuture<Boolean> complete =
        CompletableFuture.supplyAsync(() -> stack.awaitArchives(LONGEST));

    stack.close();

    assertThat(complete.get(LONGEST.toSeconds(), TimeUnit.SECONDS)).isFalse();
    assertThat(stack.isArchiving()).isFalse();
  }

  @Test
  void stackThatMakesNoArchivesHasNothingToAwait() {
    try (LocalStack stack = stack()) {
      assertThat(stack.isArchiving()).isFalse();
      assertThat(stack.awaitArchives(LONGEST)).isFalse();
    }
  }

  private LocalStack stack() {
    return new LocalStack(new InstallLayout(home, home), StackPorts.DEFAULT);
  }

  /** A jar whose main class is one of the tests. */
  private Path archivingJar() throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, ArchivingProgram.class.getName());
    attributes.put(
        Attributes.Name.CLASS_PATH,
        ArchivingProgram.class.getProtectionDomain().getCodeSource().getLocation().toString());
    Path jar = home.resolve("cli.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }
}
