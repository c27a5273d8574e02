package dev.orrery.agent.processor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import dev.orrery.worker.AttemptFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
  @TempDir Path temporary;

  @Test
  void runsEachAttemptInSeparatePrivateDirectory() throws Exception {
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary), Optional.empty())) {
      String result =
          work.run(
              1,
              1,
              Optional.empty(),
              one ->
                  work.run(
                      1,
                      1,
                      Optional.empty(),
                      again -> {
                        assertThat(one).isDirectory().startsWith(temporary).isNotEqualTo(again);
                        assertThat(one.getFileName().toString()).startsWith("1-1-");
                        assertThat(permissions(one)).isEqualTo("rwx------");
                        assertThat(permissions(one.getParent())).isEqualTo("rwx------");
                        return "done";
                      }));

      assertThat(result).isEqualTo("done");
    }
  }

  @Test
  void writesScriptAndRemovesScriptAndTemporaryFiles() throws Exception {
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary), Optional.empty())) {
      String script =
          work.run(
              1,
              1,
              Optional.of("echo"),
              own -> {
                Files.writeString(WorkDirectory.temporary(own).resolve("left"), "x");
                return Files.readString(WorkDirectory.script(own));
              });

      assertThat(script).isEqualTo("echo");
      assertThat(work.root()).isEmptyDirectory();
    }
  }

  @Test
  void removesDirectoryWithContents() throws Exception {
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary), Optional.empty())) {
      Path directory =
          ranIn(
              work,
              own -> {
                Path deep = Files.createDirectories(own.resolve("a/b/c"));
                Files.writeString(deep.resolve("file"), "x");
                Files.writeString(own.resolve(".hidden"), "x");
              });

      assertThat(directory).doesNotExist();
    }
  }

  @Test
  void removesDirectoryOfFailedAttempt() throws IOException {
    List<Path> directories = new ArrayList<>();
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary), Optional.empty())) {
      assertThatThrownBy(
              () ->
                  work.run(
                      1,
                      1,
                      Optional.empty(),
                      own -> {
                        directories.add(own);
                        throw new AttemptFailedException("exit code 1");
                      }))
          .isInstanceOf(AttemptFailedException.class)
          .hasMessage("exit code 1");

      assertThat(directories).hasSize(1);
      assertThat(directories.get(0)).doesNotExist();
    }
  }

  @Test
  void removesLinksWithoutFollowingThem() throws Exception {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Path precious = Files.writeString(outside.resolve("precious"), "x");
    try (WorkDirectory work =
        WorkDirectory.open(Optional.of(temporary.resolve("work")), Optional.empty())) {
      Path directory =
          ranIn(
              work,
              own -> {
                Files.createSymbolicLink(own.resolve("directory-link"), outside);
                Files.createSymbolicLink(own.resolve("file-link"), precious);
                Files.createSymbolicLink(own.resolve("dangling"), Path.of("nowhere"));
              });

      assertThat(directory).doesNotExist();
      assertThat(precious).hasContent("x");
    }
  }

  @Test
  void toleratesAttemptRemovingItsDirectory() throws Exception {
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary), Optional.empty())) {
      assertThat(ranIn(work, Files::delete)).doesNotExist();

      assertThat(ranIn(work, own -> assertThat(own).isDirectory())).doesNotExist();
    }
  }

  @Test
  void createsConfiguredDirectoryAndEmptiesDirectoryOnClose() throws Exception {
    Path configured = temporary.resolve("made/on/demand");

    try (WorkDirectory work = WorkDirectory.open(Optional.of(configured), Optional.empty())) {
      Path root = ranIn(work, own -> {}).getParent();
      Files.writeString(root.resolve("left"), "x");
    }

    assertThat(configured).isEmptyDirectory();
  }

  @Test
  void keepsFilesOfAgentSharingDirectory() throws Exception {
    try (WorkDirectory one = WorkDirectory.open(Optional.of(temporary), Optional.empty())) {
      ranIn(
          one,
          kept -> {
            WorkDirectory.open(Optional.of(temporary), Optional.empty()).close();

            assertThat(kept).isDirectory();
          });
    }
  }

  @Test
  void recreatesRemovedRootDirectory() throws Exception {
    Path configured = temporary.resolve("made/on/demand");
    try (WorkDirectory work = WorkDirectory.open(Optional.of(configured), Optional.empty())) {
      assertThat(work.renew()).isFalse();
      TreeDeletion.delete(temporary.resolve("made"));

      assertThat(work.renew()).isTrue();
      assertThat(permissions(work.root())).isEqualTo("rwx------");
      assertThat(work.renew()).isFalse();
      assertThat(ranIn(work, own -> assertThat(own).isDirectory())).doesNotExist();
    }
  }

  @Test
  void refusesRootDirectoryReplacedByLinkOrFile() throws Exception {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    try (WorkDirectory work = WorkDirectory.open(Optional.of(temporary), Optional.empty())) {
      Files.delete(work.root());
      Files.createSymbolicLink(work.root(), outside);
      assertThatThrownBy(work::renew)
          .isInstanceOf(AttemptFailedException.class)
          .hasMessageContaining(work.root().toString())
          .hasMessageContaining("was replaced");

      Files.delete(work.root());
      Files.createFile(work.root());
      assertThatThrownBy(work::renew).isInstanceOf(AttemptFailedException.class);
      Files.delete(work.root());
    }
  }

  @Test
  void usesTemporaryDirectoryByDefault() throws Exception {
    Path root;
    try (WorkDirectory work = WorkDirectory.open(Optional.empty(), Optional.empty())) {
      root = ranIn(work, own -> {}).getParent();
      assertThat(root).isDirectory();
    }

    assertThat(root).doesNotExist();
  }

  @Test
  void refusesUncreatableWorkDirectoryAndNamesSetting() throws IOException {
    Path file = Files.writeString(temporary.resolve("file"), "x");

    assertThatThrownBy(
            () -> WorkDirectory.open(Optional.of(file.resolve("below")), Optional.empty()))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.worker.work-dir")
        .hasMessageContaining(file.toString());
  }

  private interface Content {
    void put(Path directory) throws IOException;
  }

  private static Path ranIn(WorkDirectory work, Content content) throws Exception {
    return Path.of(
        work.run(
            1,
            1,
            Optional.empty(),
            directory -> {
              content.put(directory);
              return directory.toString();
            }));
  }

  private static String permissions(Path directory) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory));
  }
}
