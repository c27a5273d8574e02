package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir private Path root;

  @Test
  void refusesDatabaseWithoutPasswordFile() throws IOException {
    Files.createDirectory(root.resolve("postgres"));
    Files.writeString(root.resolve("postgres/PG_VERSION"), "17\n");

    assertThatThrownBy(() -> new DataDirectory(root).open())
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(root.resolve("database-password") + " is missing")
        .hasMessageContaining("orrery.data-dir");
    assertThat(root.resolve("database-password")).doesNotExist();
  }

  @Test
  void createsDatabasePasswordOnOpen() throws IOException {
    DataDirectory directory = new DataDirectory(root);
    directory.open();

    assertThat(directory.secret("database-password")).isNotEmpty();

    directory.release();
  }

  @Test
  void removesStoredSecretDifferingFromConfiguredSecret() throws IOException {
    DataDirectory directory = new DataDirectory(root);
    String made = directory.secret("admin-token");

    assertThat(directory.removeOtherSecret("admin-token", made)).isFalse();
    assertThat(directory.secret("admin-token")).isEqualTo(made);

    assertThat(directory.removeOtherSecret("admin-token", "0123456789abcdef")).isTrue();
    assertThat(root.resolve("admin-token")).doesNotExist();
    assertThat(directory.removeOtherSecret("admin-token", "0123456789abcdef")).isFalse();
    assertThat(root.resolve("admin-token")).doesNotExist();
  }

  @Test
  void refusesFileAsDataDirectory() throws IOException {
    Path file = Files.writeString(root.resolve("file"), "");

    assertThatThrownBy(() -> new DataDirectory(file).open())
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(file + " cannot be used: it is a file.");
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesDataDirectoryThatCannotBeCreated() {
    assertThatThrownBy(() -> new DataDirectory(Path.of("/proc/x")).open())
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "the data directory /proc/x cannot be used: the system does not allow it there. Set"
                + " orrery.data-dir to a directory that this user may write.");
  }

  @Test
  void reportsForeignOwnerWithChownCommand() throws IOException {
    DataDirectory directory = new DataDirectory(root);
    String owner = Files.getOwner(root).getName();
    Path lock = Files.writeString(root.resolve("orrery.lock"), "");

    assertThat(directory.ownerOf(root, owner)).isEmpty();
    assertThat(directory.ownerOf(lock, "other"))
        .isEqualTo(
            "; %s belongs to %s, and this process runs as other: chown -R other %s"
                .formatted(lock, owner, root));
    assertThat(directory.ownerOf(root.resolve("a/b"), "other"))
        .isEqualTo(directory.ownerOf(root, "other"));
  }

  @Test
  void reportsForeignOwnerOfParentWithoutChownCommand() throws IOException {
    DataDirectory directory = new DataDirectory(root.resolve("data"));

    assertThat(directory.ownerOf(root.resolve("data"), "other"))
        .startsWith("; " + root + " belongs to ")
        .endsWith(", and this process runs as other");
  }
}
