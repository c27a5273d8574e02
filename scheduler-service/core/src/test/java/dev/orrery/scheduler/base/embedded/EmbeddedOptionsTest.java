package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedOptionsTest {
  @TempDir private Path directory;

  @Test
  void usesDocumentedEmbeddedDatabaseDefaults() {
    EmbeddedOptions settings = EmbeddedOptions.from(Map.<String, String>of()::get);

    assertThat(settings.dataDir()).isEqualTo(Path.of(".orrery/data").toAbsolutePath());
    assertThat(settings.serverDir()).isEqualTo(Path.of(".orrery/data/server").toAbsolutePath());
    assertThat(settings.port()).isZero();
    assertThat(settings.serviceStops()).isEqualTo(Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @CsvSource({
    "data, , true",
    "./x/../data, , true",
    "data, data/server, true",
    "data, server, false",
    "data, data/../server, false",
    "data, data-server, false",
  })
  void ownsServerDirectoryOnlyInsideDataDirectory(String dataDir, String serverDir, boolean owned)
      throws IOException {
    Files.createDirectories(directory.resolve("x"));
    Map<String, String> values = new HashMap<>();
    values.put("orrery.data-dir", directory.resolve(dataDir).toString());
    if (serverDir != null) {
      values.put("orrery.database.server-dir", directory.resolve(serverDir).toString());
    }
    EmbeddedOptions settings = EmbeddedOptions.from(values::get);
    Files.createDirectories(settings.dataDir());
    Files.createDirectories(settings.serverDir());

    assertThat(settings.ownsServerDir()).isEqualTo(owned);
  }

  @Test
  void treatsServerDirectoryLinkedOutsideAsShared() throws IOException {
    Path dataDir = Files.createDirectory(directory.resolve("data"));
    Path shared = Files.createDirectory(directory.resolve("shared"));
    Files.createSymbolicLink(dataDir.resolve("server"), shared);

    assertThat(
            EmbeddedOptions.from(Map.of("orrery.data-dir", dataDir.toString())::get)
                .ownsServerDir())
        .isFalse();
  }

  @Test
  void readsAllEmbeddedDatabaseSettings() {
    EmbeddedOptions settings =
        EmbeddedOptions.from(
            Map.of(
                    "orrery.data-dir", "some/./where",
                    "orrery.database.server-dir", "programs",
                    "orrery.database.port", " 5433 ",
                    "orrery.shutdown.delay", " 7S ",
                    "orrery.shutdown.timeout", "1m")
                ::get);

    assertThat(settings)
        .isEqualTo(
            new EmbeddedOptions(
                Path.of("some/where").toAbsolutePath(),
                Path.of("programs").toAbsolutePath(),
                5433,
                Duration.ofSeconds(77)));
  }

  @Test
  void treatsBlankSettingAsAbsent() {
    EmbeddedOptions settings =
        EmbeddedOptions.from(
            Map.of(
                    "orrery.data-dir", " ",
                    "orrery.database.server-dir", "",
                    "orrery.database.port", " ")
                ::get);

    assertThat(settings).isEqualTo(EmbeddedOptions.from(Map.<String, String>of()::get));
  }

  @ParameterizedTest
  @ValueSource(strings = {"-1", "65536", "5432a", "99999999999"})
  void refusesInvalidPort(String port) {
    assertThatThrownBy(() -> EmbeddedOptions.from(Map.of("orrery.database.port", port)::get))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.database.port is '" + port + "'");
  }

  @Test
  void usesDefaultForInvalidShutdownTimeout() {
    EmbeddedOptions settings =
        EmbeddedOptions.from(Map.of("orrery.shutdown.timeout", "a while")::get);

    assertThat(settings.serviceStops()).isEqualTo(Duration.ofSeconds(10));
  }
}
