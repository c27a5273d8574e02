package dev.orrery.testing.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tests how a path determines the kind of build and its command line. */
class ProgramTest {
  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-Xmx96m", "-Dquarkus.http.port=1");

  @TempDir private Path directory;

  @Test
  void treatsDirectoryAndContainedJarAsSameProgram() throws IOException {
    Path jar = Files.createFile(directory.resolve("quarkus-run.jar"));

    assertThat(Program.at(directory)).isEqualTo(Program.at(jar)).isEqualTo(new JarProgram(jar));
    assertThat(Program.at(jar).isNative()).isFalse();
  }

  @Test
  void passesAllOptionsBeforeJarName() throws IOException {
    Path jar = Files.createFile(directory.resolve("quarkus-run.jar"));

    List<String> command = Program.at(jar).command(OPTIONS);

    assertThat(command.get(0)).endsWith("java");
    assertThat(command.subList(1, command.size()))
        .startsWith(OPTIONS.toArray(String[]::new))
        .endsWith("-jar", jar.toString())
        .hasSize(OPTIONS.size() + 2);
  }

  @Test
  void usesAdjacentCdsArchiveUnlessSharingOptionIsGiven() throws IOException {
    JarProgram program = new JarProgram(Files.createFile(directory.resolve("quarkus-run.jar")));
    Files.createFile(program.archive());

    assertThat(program.command(OPTIONS)).contains("-XX:SharedArchiveFile=" + program.archive());
    for (String chosen : List.of("-XX:SharedArchiveFile=other.jsa", "-Xshare:auto")) {
      assertThat(program.command(List.of(chosen)))
          .doesNotContain("-XX:SharedArchiveFile=" + program.archive());
    }
  }

  @Test
  void passesOnlySettingsAndHeapSizeToNativeExecutable() throws IOException {
    Path file = Files.createFile(directory.resolve("scheduler-runner"));
    assertThat(file.toFile().setExecutable(true)).isTrue();

    Program program = Program.at(file);

    assertThat(program).isEqualTo(new NativeProgram(file));
    assertThat(program.isNative()).isTrue();
    assertThat(program.command(OPTIONS))
        .containsExactly(file.toString(), "-Xmx96m", "-Dquarkus.http.port=1");
  }

  @Test
  void refusesPathThatIsNotAProgramAndSaysWhy() throws IOException {
    Path text = Files.createFile(directory.resolve("notes.txt"));

    for (Path path : List.of(text, directory, directory.resolve("missing"))) {
      assertThatThrownBy(() -> Program.at(path))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(path.toString())
          .hasMessageContaining("a native executable");
    }
    assertThatThrownBy(() -> Program.at(directory.resolve("missing")))
        .hasMessageContaining("does not exist");
  }
}
