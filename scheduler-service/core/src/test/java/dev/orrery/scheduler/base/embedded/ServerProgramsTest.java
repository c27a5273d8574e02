package dev.orrery.scheduler.base.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.orrery.protocol.startup.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerProgramsTest {
  /** Where the service of the tests unpacks them, too: once for all. */
  private static final Path SHARED = Path.of("target/test-server").toAbsolutePath();

  @Test
  void packagesServerOfDeclaredVersion() throws IOException, InterruptedException {
    Process postgres =
        new ProcessBuilder(ServerPrograms.in(SHARED).program("postgres").toString(), "--version")
            .redirectErrorStream(true)
            .start();
    String said = new String(postgres.getInputStream().readAllBytes(), UTF_8);

    assertThat(postgres.waitFor()).as(said).isZero();
    assertThat(said.strip())
        .isEqualTo("postgres (PostgreSQL) " + ServerVersion.packaged().release());
  }

  @Test
  void derivesReleaseAndMajorFromArtifactVersion() {
    ServerVersion version = ServerVersion.ofArtifact("17.11.0");

    assertThat(version.release()).isEqualTo("17.11");
    assertThat(version.major()).isEqualTo("17");
  }

  @ParameterizedTest
  @CsvSource({
    "Windows 11, amd64, There is none for this system",
    "Linux, riscv64, There is none for this system",
    "Mac OS X, aarch64, -Dembedded-postgres=all",
  })
  void refusesUnsupportedSystemWithReason(String os, String arch, String reason) {
    assertThatExceptionOfType(StartupException.class)
        .isThrownBy(() -> ServerPrograms.archive(os, arch, resource -> null))
        .withMessageContaining("no embedded PostgreSQL for " + os + " " + arch)
        .withMessageContaining(reason)
        .withMessageContaining("quarkus.datasource.jdbc.url");
  }

  @Test
  void removesProgramsOfDifferentReleases(@TempDir Path directory) throws IOException {
    Path own = directory.resolve("postgresql-" + ServerVersion.packaged().release() + "/bin");
    Files.createDirectories(own);
    Files.writeString(
        Files.createDirectories(directory.resolve("postgresql-17.6/bin")).resolve("postgres"), "");
    Files.createDirectories(directory.resolve("unpack123/bin"));
    Files.createDirectories(directory.resolve("of-somebody-else"));

    ServerPrograms.in(directory).removeOthers();

    try (var left = Files.list(directory)) {
      assertThat(left.toList())
          .containsExactlyInAnyOrder(own.getParent(), directory.resolve("of-somebody-else"));
    }
  }
}
