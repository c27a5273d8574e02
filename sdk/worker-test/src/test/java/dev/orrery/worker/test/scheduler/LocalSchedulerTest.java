package dev.orrery.worker.test.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests what surrounds the start of a scheduler; integration tests start the packaged one. */
class LocalSchedulerTest {
  @TempDir private Path directory;

  @Test
  void namesProgramMissingFromHome() {
    assertThatThrownBy(() -> LocalScheduler.start(directory, Map.of()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("There is no scheduler in " + directory)
        .hasMessageContaining("scheduler/quarkus-run.jar");
  }

  @Test
  void namesPropertyAndVariableWhenHomeIsUnset() {
    assertThat(System.getProperty(SchedulerHome.PROPERTY)).isNull();
    assertThat(LocalScheduler.home()).isEmpty();

    assertThatThrownBy(SchedulerHome::ofEnvironment)
        .hasMessageContaining("orrery.test.home")
        .hasMessageContaining("ORRERY_HOME");
  }

  @Test
  void reportsDamagedArchive() throws IOException {
    Path archive = Files.writeString(directory.resolve("orrery.tar.gz"), "no archive");

    assertThatThrownBy(() -> LocalScheduler.start(archive, Map.of()))
        .hasMessageContaining("Cannot unpack " + archive);
  }

  @Test
  void findsProgramInArchive() throws Exception {
    Path program = directory.resolve("orrery-1/scheduler/quarkus-run.jar");
    Files.createDirectories(program.getParent());
    Files.writeString(program, "jar");
    Path archive = directory.resolve("orrery.tar.gz");
    Process tar =
        new ProcessBuilder(
                "tar", "-czf", archive.toString(), "-C", directory.toString(), "orrery-1")
            .inheritIO()
            .start();
    assertThat(tar.waitFor()).isZero();

    assertThat(SchedulerHome.program(archive, directory.resolve("work")))
        .exists()
        .endsWithRaw(Path.of("scheduler/quarkus-run.jar"));
  }

  @Test
  void reportsLogOfFailedStartAndRemovesItsFiles() throws IOException {
    Path program = directory.resolve("scheduler/quarkus-run.jar");
    Files.createDirectories(program.getParent());
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, "no.such.Program");
    new JarOutputStream(Files.newOutputStream(program), manifest).close();
    Path work = directory.resolve("build/work");

    assertThatThrownBy(() -> LocalScheduler.start(directory, Map.of(), work))
        .hasMessageContaining("The scheduler ended with exit code 1 before it was ready")
        .hasMessageContaining("no.such.Program");
    assertThat(work).isEmptyDirectory();
  }

  @Test
  void startsSchedulerWithoutTheSettingsOfTheTest() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "ORRERY_HOME", "/opt/orrery",
                "QUARKUS_DATASOURCE_JDBC_URL", "jdbc:postgresql://localhost/shop",
                "PATH", "/bin"));

    SchedulerProcess.removeSettings(environment);

    assertThat(environment).containsOnlyKeys("PATH");
  }

  @Test
  void findsDistinctFreePorts() {
    List<Integer> ports = FreePorts.find(50);

    assertThat(new HashSet<>(ports)).hasSize(50);
    assertThat(ports).allMatch(port -> port >= 20_000 && port <= 32_767);
  }
}
