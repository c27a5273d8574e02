package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
  @TempDir Path temporary;

  @Test
  void everyAttemptGetsADirectoryOfItsOwnInside() throws IOException {
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary))) {
      Path one = work.forAttempt(1, 1);
      Path again = work.forAttempt(1, 1);

      assertThat(one).isDirectory().startsWith(temporary).isNotEqualTo(again);
      assertThat(one.getFileName().toString()).startsWith("1-1-");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
          .isEqualTo("rwx------");
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one.getParent())))
          .isEqualTo("rwx------");
    }
  }

  @Test
  void directoryIsRemovedWithAllThatIsInIt() throws IOException {
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary))) {
      Path directory = work.forAttempt(1, 1);
      Path deep = Files.createDirectories(directory.resolve("a/b/c"));
      Files.writeString(deep.resolve("file"), "x");
      Files.writeString(directory.resolve(".hidden"), "x");

      work.remove(directory);

      assertThat(directory).doesNotExist();
    }
  }

  @Test
  void linksAreRemovedAndNotFollowed() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Path precious = Files.writeString(outside.resolve("precious"), "x");
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary.resolve("work")))) {
      Path directory = work.forAttempt(1, 1);
      Files.createSymbolicLink(directory.resolve("directory-link"), outside);
      Files.createSymbolicLink(directory.resolve("file-link"), precious);
      Files.createSymbolicLink(directory.resolve("dangling"), Path.of("nowhere"));

      work.remove(directory);

      assertThat(directory).doesNotExist();
      assertThat(precious).hasContent("x");
    }
  }

  @Test
  void removalOfWhatIsGoneIsHarmless() throws IOException {
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary))) {
      Path directory = work.forAttempt(1, 1);
      work.remove(directory);

      work.remove(directory);

      assertThat(work.forAttempt(2, 1)).isDirectory();
    }
  }

  @Test
  void configuredDirectoryIsMadeAndOutlivesTheAgentWithoutItsFiles() throws IOException {
    Path configured = temporary.resolve("made/on/demand");

    try (WorkDirectory work = WorkDirectory.open(Optional.of(configured))) {
      Files.writeString(work.forAttempt(1, 1).resolve("left"), "x");
    }

    assertThat(configured).isEmptyDirectory();
  }

  @Test
  void agentsThatShareADirectoryDoNotRemoveEachOthersFiles() throws IOException {
    try (WorkDirectory one = WorkDirectory.open(Optional.of(temporary))) {
      Path kept = one.forAttempt(1, 1);
      WorkDirectory.open(Optional.of(temporary)).close();

      assertThat(kept).isDirectory();
    }
  }

  @Test
  void temporaryDirectoryIsTakenWhereNoneIsConfigured() throws IOException {
    Path root;
    try (WorkDirectory work = WorkDirectory.open(Optional.empty())) {
      root = work.forAttempt(1, 1).getParent();
      assertThat(root).isDirectory();
    }

    assertThat(root).doesNotExist();
  }

  @Test
  void directoryThatCannotBeMadeIsRefusedWithTheSetting() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");

    assertThatThrownBy(() -> WorkDirectory.open(Optional.of(file.resolve("below"))))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.work-dir")
        .hasMessageContaining(file.toString());
  }
}
