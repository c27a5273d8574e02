package dev.orrery.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.Stack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tests the script {@code orrery} without a scheduler. */
class ScriptIT {
  private static final Path SCRIPT = Stack.root().resolve("orrery");

  @TempDir private Path directory;

  @Test
  void runsWhenCalledThroughSymbolicLinks() throws Exception {
    Path bin = Files.createDirectory(directory.resolve("bin"));
    Files.createSymbolicLink(bin.resolve("first"), SCRIPT);
    Files.createSymbolicLink(bin.resolve("second"), Path.of("first"));

    assertThat(run(bin.resolve("second"), "--version")).isZero();

    assertThat(output()).startsWith("orrery ");
  }

  @Test
  void buildsNoBenchmarksForHelpOrInvalidArguments() throws Exception {
    assertThat(run(SCRIPT, "bench", "nonsuch")).isEqualTo(2);
    assertThat(output()).contains("'nonsuch'").doesNotContain("Building");

    assertThat(run(SCRIPT, "bench", "--help")).isZero();
    assertThat(output()).contains("throughput", "replicas").doesNotContain("Building");
  }

  /** A crontab has the locale C, and an ssh session often a locale that is not installed. */
  @ParameterizedTest
  @ValueSource(strings = {"C", "POSIX", "xx_XX.UTF-8"})
  void readsAndWritesUtf8InLocaleWithoutUtf8(String locale) throws Exception {
    String call =
        "exec env LC_ALL=%s ORRERY_URL=http://127.0.0.1:1 ORRERY_TOKEN=t \"%s\""
            + " apply -f \"$(printf '\\346\\227\\245.yaml')\"";

    assertThat(run(Path.of("/bin/sh"), "-c", call.formatted(locale, SCRIPT))).isEqualTo(2);

    assertThat(output()).isEqualTo("\u65E5.yaml: there is no such file\n");
  }

  private int run(Path script, String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(words));
    Process process =
        new ProcessBuilder(command)
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output.txt").toFile())
            .start();
    try {
      assertThat(process.waitFor(90, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    } finally {
      process.destroyForcibly();
    }
  }

  private String output() throws IOException {
    return Files.readString(directory.resolve("output.txt"));
  }
}
