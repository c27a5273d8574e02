package dev.orrery.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.bench.BenchException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkDirectoryTest {
  @TempDir private Path root;

  @Test
  void deletesDataButKeepsServerPrograms() throws Exception {
    try (WorkDirectory directory = WorkDirectory.open(root)) {
      Path file = directory.data().resolve("postgres/base/1/2");
      Files.createDirectories(file.getParent());
      Files.writeString(file, "rows");
      Files.createDirectories(directory.serverPrograms());

      directory.deleteData();

      assertThat(directory.data()).doesNotExist();
      assertThat(directory.serverPrograms()).exists();
    }
  }

  @Test
  void refusesSecondRunInSameWorkDirectory() throws Exception {
    try (WorkDirectory directory = WorkDirectory.open(root)) {
      assertThat(directory.logs().getParent()).isEqualTo(root);
      assertThatThrownBy(() -> WorkDirectory.open(root))
          .isInstanceOf(BenchException.class)
          .hasMessageContaining("Another run");
    }
    WorkDirectory.open(root).close();
  }

  @Test
  void namesUnwritableDirectoryInError() throws Exception {
    Path file = Files.writeString(root.resolve("file"), "");

    assertThatThrownBy(() -> WorkDirectory.open(file.resolve("below")))
        .isInstanceOf(BenchException.class)
        .hasMessageContaining(file.toString());
  }
}
