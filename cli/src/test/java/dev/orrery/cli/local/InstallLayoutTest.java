package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.cli.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallLayoutTest {
  @TempDir private Path directory;

  @Test
  void explainsWhyStackDirectoryCannotBeCreated() throws IOException {
    Path file = Files.writeString(directory.resolve(".orrery"), "");

    assertThatThrownBy(() -> InstallLayout.of(directory, file))
        .isInstanceOf(UserException.class)
        .hasMessage("The directory " + file + " cannot be created: a file with this name exists");
  }

  @Test
  void createsStackDirectory() {
    Path files = directory.resolve("work").resolve(".orrery");

    assertThat(InstallLayout.of(directory, files).files()).isEqualTo(files).isDirectory();
  }
}
