package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.time.Duration;
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
  void createsClassArchivesInBackground() throws Exception {
    Files.createFile(home.resolve("complete"));
    Path last = home.resolve("agent").resolve(ClassArchive.nameForThisJvm());
    try (LocalStack stack = stack();
        WatchService created = home.getFileSystem().newWatchService()) {
      last.getParent().register(created, StandardWatchEventKinds.ENTRY_CREATE);

      assertThat(stack.archiveInBackground()).isTrue();
      while (!Files.exists(last)) {
        WatchKey key = created.poll(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(key).as("a file of the agent").isNotNull();
        key.pollEvents();
        key.reset();
      }

      assertThat(stack.archiveInBackground()).isFalse();
    }
  }

  @Test
  void stopsArchivingOnClose() {
    LocalStack stack = stack();
    stack.archiveInBackground();
    assertThat(stack.isArchiving()).isTrue();

    stack.close();

    assertThat(stack.isArchiving()).isFalse();
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
