package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryRemoverTest {
  @TempDir Path temporary;

  @Test
  void deletesDirectoryWithoutFollowingLinks() throws IOException {
    Path outside = Files.createDirectory(temporary.resolve("outside"));
    Path precious = Files.writeString(outside.resolve("precious"), "x");
    Path directory = Files.createDirectories(temporary.resolve("data/a/b")).getParent().getParent();
    Files.writeString(directory.resolve("a/file"), "x");
    Files.createSymbolicLink(directory.resolve("a/b/link"), outside);

    DirectoryRemover.delete(directory);

    assertThat(directory).doesNotExist();
    assertThat(precious).hasContent("x");
  }

  @Test
  void acceptsMissingDirectory() throws IOException {
    DirectoryRemover.delete(temporary.resolve("nowhere"));

    assertThat(temporary).isEmptyDirectory();
  }
}
