package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrphanedServerTest {
  @TempDir private Path data;
  private Path pidFile;

  @BeforeEach
  void prepare() {
    pidFile = data.resolve("postmaster.pid");
  }

  @Test
  void keepsPidFileOfDeadServer() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    Files.writeString(pidFile, dead.pid() + "\n" + data + "\n");

    OrphanedServer.stop(data);

    assertThat(pidFile).hasContent(dead.pid() + "\n" + data + "\n");
    assertThat(OrphanedServer.strangerOfItsPid(data)).isEmpty();
  }

  @Test
  void deletesEmptyPidFile() throws IOException {
    Files.createFile(pidFile);

    OrphanedServer.stop(data);

    assertThat(pidFile).doesNotExist();
  }

  @Test
  void reportsUnrelatedProcessWithSamePidWithoutStopping() throws IOException {
    Process stranger = new ProcessBuilder("sleep", "600").start();
    try {
      Files.writeString(pidFile, stranger.pid() + "\n");

      OrphanedServer.stop(data);

      assertThat(OrphanedServer.strangerOfItsPid(data)).contains(stranger.pid());
      assertThat(stranger.isAlive()).isTrue();
      assertThat(pidFile).exists();
    } finally {
      stranger.destroyForcibly();
    }
  }

  @Test
  void findsNoServerWithoutReadablePidFile() throws IOException {
    OrphanedServer.stop(data);
    assertThat(OrphanedServer.strangerOfItsPid(data)).isEmpty();

    Files.writeString(pidFile, "no number\n");
    OrphanedServer.stop(data);

    assertThat(OrphanedServer.strangerOfItsPid(data)).isEmpty();
  }
}
