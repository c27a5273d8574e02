package dev.orrery.cli.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StartWarningsTest {
  @TempDir private Path directory;

  @Test
  void readsWarningMessagesFromLogInOrder() throws IOException {
    Path log =
        Files.writeString(
            directory.resolve("scheduler.log"),
            """
            2026-11-22T21:05:47.569Z WARN  [StartupConfigSourceFactory] QUARKUS_HTTP_PRT is not a known setting.
            2026-11-22T21:05:47.570+01:00 WARN  [StartupConfigSourceFactory] QUARKUS_LOG_LVEL is not a known setting.
            2026-11-22T21:05:55.083Z INFO  [EmbeddedServer] Creating embedded database: WARN [x] y
            2026-11-22T21:05:55.083Z WARN  [StartupConfigSourceFactory] QUARKUS_HTTP_PRT is not a known setting.
            java.lang.IllegalStateException: WARN [x] y
            """);

    assertThat(StartWarnings.in(log))
        .containsExactly(
            "QUARKUS_HTTP_PRT is not a known setting.", "QUARKUS_LOG_LVEL is not a known setting.");
  }

  @Test
  void findsNoWarningsInMissingOrBinaryLog() throws IOException {
    Path binary = Files.write(directory.resolve("agent.log"), new byte[] {(byte) 0xff, '\n'});

    assertThat(StartWarnings.in(directory.resolve("missing"))).isEmpty();
    assertThat(StartWarnings.in(binary)).isEmpty();
  }

  @Test
  void limitsNumberOfWarnings() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      text.append("2026-11-22T21:05:47Z WARN  [A] warning ").append(i).append('\n');
    }
    Path log = Files.writeString(directory.resolve("scheduler.log"), text);

    assertThat(StartWarnings.in(log)).hasSize(20).endsWith("warning 19");
  }
}
