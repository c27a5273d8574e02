package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
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

/** Tests the class archives that a stack creates beside its programs. */
class LocalStackArchiveTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
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
  void awaitsCompletionOfClassArchives() throws IOException {
    Files.createFile(home.resolve("complete"));
    try (LocalStack stack = stack()) {
      assertThat(stack.archiveInBackground()).isTrue();

      assertThat(stack.awaitArchives(TIMEOUT)).isTrue();
      assertThat(stack.isArchiving()).isFalse();
    }
  }

  /** On a busy machine, archives were once completed in the last moment of a demo. */
  @Test
  void finishesClassArchivesInProgressWhenArchivingStops() throws Exception {
    Files.createFile(home.resolve("late"));
    try (LocalStack stack = stack();
        WatchService created = home.getFileSystem().newWatchService()) {
      home.register(created, StandardWatchEventKinds.ENTRY_CREATE);
      stack.archiveInBackground();
      while (!Files.exists(home.resolve("waiting"))) {
        WatchKey key = created.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(key).as("a file in the home").isNotNull();
        key.pollEvents();
        key.reset();
      }

      assertThat(stack.awaitArchives(Duration.ofMillis(1))).isTrue();
      assertThat(stack.isArchiving()).isFalse();
    }
  }

  @Test
  void stopsAwaitingClassArchivesOnClose() throws Exception {
    LocalStack stack = stack();
    stack.archiveInBackground();
    assertThat(stack.isArchiving()).isTrue();
    CompletableFuture<Boolean> complete =
        CompletableFuture.supplyAsync(() -> stack.awaitArchives(TIMEOUT));

    stack.close();

    assertThat(complete.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)).isFalse();
    assertThat(stack.isArchiving()).isFalse();
  }

  @Test
  void awaitsNothingWithoutArchiving() {
    try (LocalStack stack = stack()) {
      assertThat(stack.isArchiving()).isFalse();
      assertThat(stack.awaitArchives(TIMEOUT)).isFalse();
    }
  }

  private LocalStack stack() {
    return new LocalStack(new InstallLayout(home, home), StackPorts.DEFAULT);
  }

  private static String location(Class<?> program) {
    return program.getProtectionDomain().getCodeSource().getLocation().toString();
  }

  /** Returns a jar whose main class is one of the tests. */
  private Path archivingJar() throws IOException {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(Attributes.Name.MAIN_CLASS, ArchivingProgram.class.getName());
    attributes.put(
        Attributes.Name.CLASS_PATH,
        location(ArchivingProgram.class) + " " + location(ClassArchive.class));
    Path jar = home.resolve("cli.jar");
    new JarOutputStream(Files.newOutputStream(jar), manifest).close();
    return jar;
  }
}
