package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassArchiveTest {
  private static final Instant BUILT = Instant.parse("2026-11-21T10:00:00Z");

  @TempDir private Path application;
  private ClassArchive archive;

  @BeforeEach
  void aPackage() throws IOException {
    archive = ClassArchive.named(application, "orrery.jsa");
    write(archive.jar(), BUILT);
  }

  @Test
  void omitsArchiveOptionWithoutClassArchive() {
    assertThat(archive.isMissing()).isTrue();
    assertThat(archive.options()).isEmpty();
  }

  @Test
  void usesClassArchiveShippedWithProgram() throws IOException {
    write(archive.file(), BUILT.plusSeconds(60));

    assertThat(archive.isMissing()).isFalse();
    assertThat(archive.options())
        .containsExactly("-XX:SharedArchiveFile=" + application.resolve("orrery.jsa"));
  }

  @Test
  void treatsClassArchiveOlderThanPackageAsMissing() throws IOException {
    write(archive.file(), BUILT.minusSeconds(60));

    assertThat(archive.isMissing()).isTrue();
    assertThat(archive.options()).isEmpty();
  }

  @Test
  void namesClassArchiveAfterTheJvmVersion() {
    assertThat(ClassArchive.nameForThisJvm()).contains(System.getProperty("java.vm.version"));
  }

  private static void write(Path file, Instant time) throws IOException {
    Files.createFile(file);
    Files.setLastModifiedTime(file, FileTime.from(time));
  }
}
